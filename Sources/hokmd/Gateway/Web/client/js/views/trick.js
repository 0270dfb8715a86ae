// The cards in the middle: those of the trick under way, those that were drawn for the hakem, and for
// a moment the trick that is over, until it goes to whoever took it.

import { nameOf } from "../announce.js";
import { h, prefersStill } from "../dom.js";
import { picture } from "../faces/deck.js";
import { cardName, t } from "../i18n.js";
import { drawStep } from "../pacer.js";
import { placeOf } from "../state.js";
import { winning } from "../rules.js";

const REST = 1050, SWEEP = 320;

export class TrickView {
  constructor() {
    this.element = h("ul", { class: "trick", "aria-label": t("trick.now") });
    this.cards = new Map();
    this.taken = null;
  }

  update({ state, settings }) {
    if (state.phase === "choosing_hakem" && state.draw.length > 0) return this.#draw(state, settings);
    if (this.drawn) {
      this.drawn = null;
      this.#clear();
    }
    if (state.lastTrick !== this.last) this.#over(state, settings);
    if (state.trick.length > 0 || !this.taken) this.#show(state.trick, state);
  }

  // The cards of `plays` and no others; those that are there stay as they are.
  #show(plays, state) {
    if (plays.length > 0 && this.taken) this.#gather();
    const keys = new Set(plays.map(({ seat, card }) => `${seat}${card}`));
    for (const [key, element] of this.cards) {
      if (keys.has(key)) continue;
      element.remove();
      this.cards.delete(key);
    }
    plays.forEach(({ seat, card }, i) => {
      const key = `${seat}${card}`;
      if (this.cards.has(key)) return;
      const element = this.#card(seat, card, state);
      element.style.zIndex = String(i + 1);
      this.cards.set(key, element);
      this.element.append(element);
    });
    const best = plays.length > 1 ? winning(plays, state.trump) : null;
    for (const { seat, card } of plays) {
      this.cards.get(`${seat}${card}`).classList.toggle("winning", seat === best);
    }
  }

  #card(seat, card, state) {
    return h("li", { class: `played at-${placeOf(state, seat)}`, data: { card, seat } },
      picture(card), h("span", { class: "sr", text: `${nameOf(state, seat)}: ${cardName(card)}` }));
  }

  // The trick is over: it rests, then goes to its winner.
  #over(state, settings) {
    const isNew = state.lastTrick && this.last !== undefined && this.cards.size > 0;
    this.last = state.lastTrick;
    clearTimeout(this.timer);
    if (!isNew || settings.speed === "instant") {
      this.taken = null;
      return;
    }
    const { cards, winner } = state.lastTrick;
    this.taken = null;
    this.#show(cards, state);
    this.taken = placeOf(state, winner);
    this.timer = setTimeout(() => this.#gather(), settings.speed === "quick" ? REST / 2 : REST);
  }

  #gather() {
    clearTimeout(this.timer);
    const place = this.taken;
    this.taken = null;
    for (const [key, element] of this.cards) {
      this.cards.delete(key);
      element.classList.add(`to-${place}`);
      if (prefersStill()) element.remove();
      else setTimeout(() => element.remove(), SWEEP);
    }
  }

  #clear() {
    clearTimeout(this.timer);
    this.taken = null;
    this.cards.clear();
    this.element.replaceChildren();
  }

  // One card after the other to each seat, until the ace.
  #draw(state, settings) {
    if (this.drawn === state.draw) return;
    this.#clear();
    this.drawn = state.draw;
    const step = prefersStill() || settings.speed === "instant" ? 0 : drawStep(state.draw.length);
    state.draw.forEach(({ seat, card }, i) => {
      const element = this.#card(seat, card, state);
      element.style.animationDelay = `${i * step * (settings.speed === "quick" ? 0.45 : 1)}ms`;
      element.classList.add("drawn");
      if (i === state.draw.length - 1) element.classList.add("ace");
      this.element.append(element);
    });
  }
}

/// The last trick as a small picture of the table, for its dialog.
export function lastTrick(state) {
  const { lastTrick: last } = state;
  if (!last) return h("p", { class: "faint", text: t("last.trick.none") });
  return h("div", { class: "last-trick" },
    h("ul", { class: "trick still" }, ...last.cards.map(({ seat, card }) =>
      h("li", { class: `played at-${placeOf(state, seat)} ${seat === last.winner ? "winning" : ""}` },
        picture(card), h("span", { class: "sr", text: `${nameOf(state, seat)}: ${cardName(card)}` })))),
    h("p", { class: "last-winner", text: nameOf(state, last.winner) }));
}
