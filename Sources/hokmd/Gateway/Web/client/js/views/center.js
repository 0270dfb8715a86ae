// What stands in the middle of the felt when no trick does: the wait for players, the choice of the
// trump, and how a hand ended.

import { nameOf, pointsText, teamName } from "../announce.js";
import { h, keyed } from "../dom.js";
import { suitSign } from "../faces/deck.js";
import { icon } from "../faces/icons.js";
import { digits, t } from "../i18n.js";
import { share } from "../links.js";
import { SUITS, suitOf } from "../rules.js";
import { isMyTurn, myTeam } from "../state.js";

export class Center {
  constructor(app) {
    this.app = app;
    this.element = h("div", { class: "center" });
  }

  update(model) {
    const { state, result } = model;
    const what = this.#what(model);
    const key = [what, what === "waiting" && state.room, what === "trump" && [state.cards, model.pending],
      what === "hand" && state.hands.length, state.hakem, state.seats.map((seat) => seat?.name ?? null), result];
    const changed = keyed(this.element, key, () => this.#build(what, model));
    this.element.hidden = what === null;
    if (changed && what === "trump") this.element.querySelector("button")?.focus({ preventScroll: true });
  }

  #what({ state, result }) {
    if (result === "hand") return "hand";
    if (state.phase === "waiting") return "waiting";
    if (state.phase === "choosing_hakem" && state.draw.length > 0) return null;
    if (isMyTurn(state) && state.turn.action === "trump") return "trump";
    if (state.phase === "choosing_trump") return "naming";
    return null;
  }

  #build(what, model) {
    switch (what) {
      case "waiting": return this.#waiting(model);
      case "trump": return this.#trump(model);
      case "naming": return h("p", { class: "naming", text: t("trump.waiting", { name: nameOf(model.state, model.state.hakem) }) });
      case "hand": return this.#hand(model.state);
      default: return null;
    }
  }

  #waiting({ state }) {
    const { app } = this;
    return h("section", { class: "center-card waiting-card" },
      h("h2", { text: t("waiting.title") }),
      h("p", { class: "faint", text: t("waiting.share") }),
      h("p", { class: "big-code", dir: "ltr", text: state.room }),
      h("div", { class: "row" },
        h("button", { class: "button primary", type: "button", data: { action: "share" }, onclick: async () => {
          if (await share(state.room, t("title")) === "copied") app.toast(t("copied"), "good");
        } }, icon("share"), t("share")),
        state.spectator ? null : h("button", { class: "button", type: "button", data: { action: "bots" }, onclick: () => app.bots() },
          icon("robot"), t("fill"))));
  }

  #trump({ state, pending }) {
    const held = (suit) => state.cards.filter((card) => suitOf(card) === suit).length;
    return h("section", { class: "center-card" },
      h("h2", { text: t("trump.choose") }),
      h("p", { class: "faint", text: t("trump.choose.about") }),
      h("div", { class: "trumps", role: "group", "aria-label": t("trump") }, ...SUITS.map((suit) =>
        h("button", {
          class: `trump-choice ${pending === suit ? "pending" : ""}`, type: "button", data: { suit },
          "aria-label": `${t(`suit.${suit}`)} (${digits(held(suit))})`, onclick: () => this.app.trump(suit),
        }, suitSign(suit), h("span", { class: "trump-name", text: t(`suit.${suit}`) }),
        h("span", { class: "trump-count", text: "•".repeat(held(suit)) })))));
  }

  #hand(state) {
    const hand = state.hands.at(-1);
    const mine = hand.winner === myTeam(state);
    const title = state.spectator ? t("hand.won", { team: teamName(state, hand.winner) })
      : t(mine ? "hand.won.us" : "hand.won.them");
    return h("section", { class: `center-card hand-card ${state.spectator || mine ? "won" : "lost"} ${hand.kot}` },
      h("h2", { text: title }), h("p", { class: "points", text: pointsText(hand) }));
  }
}
