// Gives the eye time. Frames come as fast as bots can play; the pacer hands their events on one by
// one, with the pause that each deserves, and drops the pauses when it falls behind or nobody looks.

const PAUSES = {
  played: 260, trick: 1100, hand: 2600, deal: 350, trump: 900, match: 0, hakem: 1000,
};
const PER_DRAWN_CARD = 240, DRAW_LASTS = 4200;
const SPEEDS = { calm: 1, quick: 0.45, instant: 0 };
/// With more events than this waiting, they are shown without a pause.
const BEHIND = 14;

/// The time from one card to the next while the hakem is drawn, in milliseconds.
export const drawStep = (cards) => Math.min(PER_DRAWN_CARD, DRAW_LASTS / Math.max(1, cards));

/// How long `event` is to be looked at, in milliseconds, before the next one.
export function pauseAfter(event, speed) {
  const drawn = event.type === "hakem" ? (event.draw?.length ?? 0) * drawStep(event.draw?.length ?? 0) : 0;
  return ((PAUSES[event.type] ?? 0) + drawn) * (SPEEDS[speed] ?? 1);
}

export class Pacer {
  #queue = [];
  #timer = null;
  #busy = false;

  /// `show(item)` takes `{ event, at }`, `{ version }` or `{ frame, at }` in the order of arrival.
  constructor({ show, speed, hidden = () => document.hidden }) {
    this.show = show;
    this.speed = speed;
    this.hidden = hidden;
  }

  push(frame, at) {
    if (frame.type === "events") {
      for (const event of frame.events) this.#queue.push({ event, at });
      this.#queue.push({ version: frame.version });
    } else {
      // A whole state supersedes whatever was still to be shown.
      if (frame.type === "joined" && !frame.resumed) this.clear();
      this.#queue.push({ frame, at });
    }
    if (this.#timer === null) this.#run();
  }

  /// Ends the present pause.
  skip() {
    if (this.#timer === null) return;
    clearTimeout(this.#timer);
    this.#run();
  }

  clear() {
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#queue = [];
  }

  #run() {
    if (this.#busy) return;
    this.#busy = true;
    this.#timer = null;
    while (this.#queue.length > 0 && this.#timer === null) {
      const item = this.#queue.shift();
      this.show(item);
      const pause = item.event ? this.#pause(item.event) : 0;
      if (pause > 0) this.#timer = setTimeout(() => this.#run(), pause);
    }
    this.#busy = false;
  }

  #pause(event) {
    if (this.hidden() || this.#queue.length > BEHIND) return 0;
    return pauseAfter(event, this.speed());
  }
}
