// My cards, laid out to be read and hit: in one fan where there is room, else in two rows.

import { h, prefersStill, setAttribute } from "../dom.js";
import { picture } from "../faces/deck.js";
import { cardName, t } from "../i18n.js";
import { legalCards, sortHand, suitOf } from "../rules.js";
import { isMyTurn } from "../state.js";

const RATIO = 336 / 240;
const STRIP_LEAST = 34;
const FULL = 13;
const SLIDE = { duration: 220, easing: "cubic-bezier(.2, .8, .3, 1)" };

/// Where `count` cards of `width` lie in a room of `room` pixels: rows of { x, y, turn }, and the
/// height of it all.
export function layOut(count, room, width) {
  const height = width * RATIO;
  const one = count < 2 ? width : (room - width) / (count - 1);
  if (one >= STRIP_LEAST || count < 4) {
    const step = Math.min(one, width * (room > 560 ? 0.62 : 0.8));
    const start = (room - (step * (count - 1) + width)) / 2;
    const wide = room > 560;
    const places = Array.from({ length: count }, (_, i) => {
      const off = i - (count - 1) / 2;
      return { x: start + i * step, y: wide ? off * off * 0.75 : 0, turn: wide ? off * 1.1 : 0 };
    });
    const deepest = count > 0 ? places[0].y : 0;
    return { places, height: height + deepest + 4 };
  }
  const upper = Math.ceil(count / 2);
  const drop = height * 0.56;
  const places = Array.from({ length: count }, (_, i) => {
    const row = i < upper ? 0 : 1;
    const inRow = row === 0 ? upper : count - upper;
    const step = Math.min((room - width) / (upper - 1), width * 0.9);
    const start = (room - (step * (inRow - 1) + width)) / 2;
    return { x: start + (row === 0 ? i : i - upper) * step, y: row * drop, turn: 0 };
  });
  return { places, height: height + drop + 4 };
}

export class Hand {
  constructor(app) {
    this.app = app;
    this.cards = new Map();
    this.order = [];
    this.raised = null;
    this.element = h("div", { class: "hand", role: "group", "aria-label": t("your.cards"), dir: "ltr" });
    this.element.addEventListener("keydown", (event) => this.#key(event));
    this.element.addEventListener("focusin", (event) => this.#rove(event.target.closest("button")));
    new ResizeObserver(() => this.#place()).observe(this.element);
  }

  update({ state, pending, settings }) {
    const turn = isMyTurn(state) && state.turn.action === "play";
    const legal = new Set(turn ? legalCards(state.cards, state.trick) : state.cards);
    const order = sortHand(state.cards, state.trump);
    const changed = order.join() !== this.order.join();
    if (!turn) this.raised = null;
    if (changed) this.#set(order);
    for (const card of order) {
      const button = this.cards.get(card);
      const playable = turn && legal.has(card);
      setAttribute(button, "aria-disabled", playable ? null : "true");
      button.classList.toggle("legal", playable);
      button.classList.toggle("illegal", turn && !legal.has(card));
      button.classList.toggle("trump", suitOf(card) === state.trump);
      button.classList.toggle("pending", pending === card);
      button.classList.toggle("raised", this.raised === card);
    }
    this.taps = settings.taps;
    this.state = state;
    if (changed || this.phase !== state.phase) this.#place();
    this.phase = state.phase;
  }

  #set(order) {
    const focused = document.activeElement?.closest?.(".hand button");
    const at = focused ? this.order.indexOf(focused.dataset.card) : -1;
    for (const [card, button] of this.cards) {
      if (order.includes(card)) continue;
      button.remove();
      this.cards.delete(card);
    }
    for (const card of order) if (!this.cards.has(card)) this.cards.set(card, this.#button(card));
    const wanted = order.map((card) => this.cards.get(card));
    wanted.forEach((button, i) => {
      const there = this.element.children[i] ?? null;
      if (there !== button) this.element.insertBefore(button, there);
    });
    this.order = order;
    if (at >= 0 && order.length > 0) {
      const next = focused.isConnected ? focused : wanted[Math.min(at, order.length - 1)];
      next.focus({ preventScroll: true });
    }
    const active = wanted.find((button) => button === document.activeElement) ?? wanted[0];
    if (active) this.#rove(active);
  }

  #button(card) {
    return h("button", {
      class: "held", type: "button", tabindex: -1, "aria-label": cardName(card), data: { card },
      onclick: () => this.#choose(card),
    }, picture(card));
  }

  #choose(card) {
    const button = this.cards.get(card);
    if (!isMyTurn(this.state) || this.state.turn.action !== "play") return;
    if (button.classList.contains("illegal")) {
      this.app.toast(t("error.must_follow_suit"), "bad");
      button.animate([{ translate: "0" }, { translate: "-5px" }, { translate: "5px" }, { translate: "0" }], 220);
      return;
    }
    if (this.taps === 2 && this.raised !== card && matchMedia("(pointer: coarse)").matches) {
      this.raised = card;
      for (const [held, other] of this.cards) other.classList.toggle("raised", held === card);
      return;
    }
    this.raised = null;
    this.app.play(card);
  }

  #key(event) {
    const at = this.order.indexOf(event.target.closest("button")?.dataset.card);
    if (at < 0) return;
    const last = this.order.length - 1;
    const to = {
      ArrowLeft: Math.max(0, at - 1), ArrowRight: Math.min(last, at + 1), Home: 0, End: last,
      ArrowUp: Math.max(0, at - 1), ArrowDown: Math.min(last, at + 1),
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.cards.get(this.order[to]).focus();
  }

  // One stop for Tab in the whole hand.
  #rove(target) {
    if (!target) return;
    for (const button of this.cards.values()) button.tabIndex = button === target ? 0 : -1;
  }

  #place() {
    const { element } = this;
    const room = element.clientWidth;
    if (room === 0) return;
    const width = parseFloat(getComputedStyle(element).getPropertyValue("--held")) || 84;
    const { places, height } = layOut(this.order.length, room, width);
    // As high as a full hand from the deal to the last card: the felt above keeps still.
    const full = this.state.phase === "waiting" ? 0 : layOut(FULL, room, width).height;
    element.style.height = `${Math.ceil(full)}px`;
    this.order.forEach((card, i) => {
      const { x, turn } = places[i];
      const y = places[i].y + full - height;
      const button = this.cards.get(card);
      const { style } = button;
      style.setProperty("--x", `${x.toFixed(1)}px`);
      style.setProperty("--y", `${y.toFixed(1)}px`);
      style.setProperty("--turn", `${turn.toFixed(2)}deg`);
      style.zIndex = String(i + 1);
      this.#slide(button, { x, y, turn });
    });
  }

  // The button, which a pointer hits, is at its place at once: a press and its release find the same
  // card. Only the picture takes its time to get there.
  #slide(button, place) {
    const from = button.__place;
    button.__place = place;
    const moved = from && (Math.abs(from.x - place.x) > 1 || Math.abs(from.y - place.y) > 1);
    if (!moved || prefersStill()) return;
    const step = (x, y, turn) => ({
      transform: `rotate(${-place.turn}deg) translate(${x}px, ${y}px) rotate(${turn}deg)`,
    });
    button.firstChild.animate(
      [step(from.x - place.x, from.y - place.y, from.turn), step(0, 0, place.turn)], SLIDE);
  }
}
