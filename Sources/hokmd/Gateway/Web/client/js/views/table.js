// The table: the bar above, the felt with its seats, my hand below, and the chat beside it.

import { nameOf } from "../announce.js";
import { h, keyed, setAttribute, setText } from "../dom.js";
import { icon } from "../faces/icons.js";
import { suitSign } from "../faces/deck.js";
import { t } from "../i18n.js";
import { suitOf } from "../rules.js";
import { isMyTurn } from "../state.js";
import { Chat } from "./chat.js";
import { Hand } from "./hand.js";
import { Scoreboard } from "./scoreboard.js";
import { SeatView } from "./seat.js";
import { TrickView } from "./trick.js";
import { Center } from "./center.js";

export class TableView {
  constructor(app) {
    this.app = app;
    this.scoreboard = new Scoreboard();
    this.seats = [0, 1, 2, 3].map((seat) => new SeatView(app, seat));
    this.trick = new TrickView();
    this.center = new Center(app);
    this.hand = new Hand(app);
    this.chat = new Chat(app);
    this.trump = h("div", { class: "trump-badge" });
    this.prompt = h("p", { class: "prompt" });
    this.unread = h("span", { class: "unread", hidden: true });
    this.code = h("span", { class: "room-code", dir: "ltr" });
    const tool = (panel, name) => h("button", {
      class: "round", type: "button", "aria-label": t(name), title: t(name), data: { tool: panel },
      onclick: () => app.open(app.model.panel === panel ? null : panel),
    }, icon(name === "last.trick" ? "last" : panel));
    this.chatTool = tool("chat", "chat");
    this.chatTool.append(this.unread);
    this.last = tool("last", "last.trick");
    this.last.classList.add("last-tool");
    this.element = h("div", { class: "table" },
      h("header", { class: "bar" },
        h("div", { class: "bar-side" }, tool("menu", "menu"), this.code),
        this.scoreboard.element,
        h("div", { class: "bar-side end" }, tool("sheet", "sheet"), this.chatTool)),
      h("main", { class: "felt", "aria-label": t("table") },
        h("div", { class: "cloth" },
          ...this.seats.map((seat) => seat.element), this.trump, this.last, this.trick.element, this.center.element)),
      h("section", { class: "tray", "aria-label": t("your.cards") }, this.prompt, this.hand.element),
      this.chat.element);
  }

  update(model) {
    const { state } = model;
    setText(this.code, state.room ?? "");
    setAttribute(this.element, "data-phase", state.phase);
    this.scoreboard.update(state);
    for (const seat of this.seats) seat.update(model);
    this.trick.update(model);
    this.center.update(model);
    this.hand.update(model);
    this.chat.update(model);
    this.#trump(state);
    this.#prompt(model);
    this.last.hidden = !state.lastTrick;
    this.unread.hidden = model.unread === 0;
    this.element.classList.toggle("my-turn", isMyTurn(state));
    this.element.classList.toggle("spectating", state.spectator);
    this.element.classList.toggle("paused", state.paused !== null || model.status.kind !== "open");
  }

  #trump({ trump, phase }) {
    const shown = phase === "playing" || (phase === "over" && trump);
    this.trump.hidden = !shown;
    keyed(this.trump, [trump, shown], () => shown && trump
      ? [h("span", { class: "trump-word", text: t("trump") }), suitSign(trump), h("span", { class: "sr", text: t(`suit.${trump}`) })]
      : null);
  }

  #prompt({ state }) {
    setText(this.prompt, this.#words(state));
    this.prompt.classList.toggle("mine", isMyTurn(state));
  }

  #words(state) {
    if (state.phase === "waiting") return "";
    if (state.spectator) return t("spectator");
    if (!state.turn) return "";
    if (isMyTurn(state)) {
      if (state.turn.action === "trump") return t("trump.choose");
      const led = state.trick[0] && suitOf(state.trick[0].card);
      const follows = led && state.cards.some((card) => suitOf(card) === led) && state.cards.some((card) => suitOf(card) !== led);
      return follows ? `${t("your.turn")} · ${t("follow", { suit: t(`suit.${led}`) })}` : t("your.turn");
    }
    const name = nameOf(state, state.turn.seat);
    return t(state.turn.action === "trump" ? "trump.waiting" : "turn.of", { name });
  }
}
