// One player: a tile with the first letter of the name, the clock around it, the crown over it.

import { emoteText, nameOf } from "../announce.js";
import { h, keyed, prefersStill, s, setAttribute, setText } from "../dom.js";
import { icon } from "../faces/icons.js";
import { picture } from "../faces/deck.js";
import { playerName, t } from "../i18n.js";
import { teamOf } from "../rules.js";
import { isMine, placeOf } from "../state.js";

const BUBBLE_LASTS = 5000;
const HURRY = 0.75;

// Not before the eye has seen the ace.
const crowned = (state, seat) => state.hakem === seat && state.phase !== "waiting"
  && !(state.phase === "choosing_hakem" && state.draw.length > 0);

function ring() {
  const circle = s("circle", { cx: 32, cy: 32, r: 29, pathLength: 100, class: "ring-time" });
  const element = s("svg", { class: "ring", viewBox: "0 0 64 64", "aria-hidden": "true" },
    s("circle", { cx: 32, cy: 32, r: 29, class: "ring-track" }), circle);
  return { element, circle };
}

export class SeatView {
  constructor(app, seat) {
    this.app = app;
    this.seat = seat;
    this.ring = ring();
    this.letter = h("span", { class: "letter", "aria-hidden": "true" });
    this.crown = h("span", { class: "crown", role: "img", "aria-label": t("hakem"), title: t("hakem") }, icon("crown"));
    this.name = h("span", { class: "seat-name" });
    this.note = h("span", { class: "seat-note" });
    this.fan = h("span", { class: "fan", "aria-hidden": "true" });
    this.count = h("span", { class: "sr" });
    this.bubble = h("div", { class: "bubble", "aria-hidden": "true" });
    this.element = h("div", { class: "seat", role: "group" },
      h("div", { class: "avatar" }, this.ring.element, this.letter, this.crown),
      h("div", { class: "plate" }, this.name, this.note), this.fan, this.count, this.bubble);
  }

  update({ state }) {
    const { seat } = this;
    const player = state.seats[seat];
    const place = placeOf(state, seat);
    const mine = seat === state.seat;
    setAttribute(this.element, "class", [
      "seat", `seat-${place}`, `team-${isMine(state, seat) || (state.spectator && teamOf(seat) === 0) ? "ours" : "theirs"}`,
      player ? "" : "free", state.turn?.seat === seat ? "turn" : "",
      player && !player.online ? "offline" : "", crowned(state, seat) ? "is-hakem" : "",
    ].filter(Boolean).join(" "));
    setText(this.letter, player ? [...playerName(player).trim()][0]?.toUpperCase() ?? "" : "+");
    setText(this.name, player ? playerName(player) : t("seat.free"));
    setAttribute(this.name, "dir", "auto");
    setText(this.note, player ? [mine && t("you"), player.bot && t("bot"), !player.online && t("offline")].filter(Boolean).join(" · ") : "");
    setAttribute(this.element, "aria-label", player ? nameOf(state, seat) : t("seat.free"));
    const cards = place === "bottom" && !state.spectator ? 0 : state.counts[seat];
    setText(this.count, cards ? t("cards.left", { n: cards }) : "");
    keyed(this.fan, String(cards), () => Array.from({ length: cards }, () => picture(null)));
    this.#clock(state);
    this.#bubble(state.said[seat]);
  }

  #clock({ turn }) {
    const key = turn && turn.seat === this.seat && turn.endsAt !== null ? turn.endsAt : null;
    if (key === this.clockKey) return;
    this.clockKey = key;
    this.running?.cancel();
    this.running = null;
    if (key === null) return;
    const left = Math.max(0, turn.endsAt - Date.now());
    this.running = this.ring.circle.animate(
      [
        { strokeDashoffset: 0, stroke: "var(--ring)" }, { stroke: "var(--ring)", offset: HURRY },
        { strokeDashoffset: 100, stroke: "var(--danger)" },
      ],
      {
        duration: turn.lasts, fill: "forwards", delay: left - turn.lasts,
        easing: prefersStill() ? `steps(${Math.max(1, Math.round(turn.lasts / 1000))})` : "linear",
      });
  }

  #bubble(line) {
    if (!line || line === this.line) return;
    this.line = line;
    if (Date.now() - line.at > BUBBLE_LASTS) return;
    setText(this.bubble, line.emote ? emoteText(line.emote) : line.text);
    setAttribute(this.bubble, "dir", "auto");
    this.bubble.classList.toggle("emote", Boolean(line.emote));
    this.bubble.classList.add("open");
    clearTimeout(this.bubbleTimer);
    this.bubbleTimer = setTimeout(() => this.bubble.classList.remove("open"), BUBBLE_LASTS);
  }
}
