// Talk at the table: short words ready to send, and free text.

import { EMOTES, emoteText, nameOf } from "../announce.js";
import { h, keyed, setAttribute } from "../dom.js";
import { icon } from "../faces/icons.js";
import { leftToRight, playerName, t } from "../i18n.js";
import { roomInText } from "../links.js";
import { isMine } from "../state.js";
import { savedName } from "../storage.js";

const TEXT_MOST = 200;

export class Chat {
  constructor(app) {
    this.app = app;
    this.lines = h("ol", { class: "lines" });
    this.field = h("input", {
      class: "chat-field", maxlength: TEXT_MOST, dir: "auto", autocomplete: "off", enterkeyhint: "send",
      "aria-label": t("chat.write"), placeholder: t("chat.write"),
    });
    this.say = h("form", { class: "say", onsubmit: (event) => this.#say(event) },
      h("div", { class: "emotes", role: "group", "aria-label": t("emotes") }, ...EMOTES.map((emote) =>
        h("button", { class: "emote-button", type: "button", text: emoteText(emote), data: { emote }, onclick: () => app.emote(emote) }))),
      h("div", { class: "say-row" }, this.field,
        h("button", { class: "round send", type: "submit", "aria-label": t("send"), title: t("send") }, icon("send"))));
    this.element = h("aside", { class: "chat", "aria-label": t("chat") },
      h("header", { class: "chat-head" }, h("h2", { text: t("chat") }),
        h("button", { class: "round chat-close", type: "button", "aria-label": t("close"), onclick: () => app.open(null) }, icon("close"))),
      this.lines, this.say);
  }

  update({ state, panel }) {
    const opened = panel === "chat";
    if (opened && !this.opened) queueMicrotask(() => this.field.focus({ preventScroll: true }));
    this.opened = opened;
    setAttribute(this.element, "data-open", opened ? "" : null);
    this.say.hidden = state.spectator;
    if (state.chat === this.chat) return;
    this.chat = state.chat;
    const changed = keyed(this.lines, state.chat, () => state.chat.length > 0
      ? state.chat.map((line) => this.#line(line, state))
      : h("li", { class: "faint chat-empty", text: t("chat.empty") }));
    if (changed) this.lines.scrollTop = this.lines.scrollHeight;
  }

  #line({ seat, name, bot, text, emote }, state) {
    const room = text && roomInText(text);
    const mine = seat === state.seat;
    return h("li", { class: `line ${mine ? "mine" : ""} ${isMine(state, seat) ? "ours" : "theirs"}` },
      h("span", { class: "line-name", dir: "auto", text: mine ? nameOf(state, seat) : playerName({ name, bot }) }),
      h("span", { class: `line-text ${emote ? "emote-text" : ""}`, dir: "auto", text: emote ? emoteText(emote) : text }),
      room && room !== state.room && !mine
        ? h("button", { class: "button small", type: "button", text: t("chat.join", { code: leftToRight(room) }), onclick: () => this.#go(room) })
        : null);
  }

  async #go(room) {
    const name = this.app.model.state.seats[this.app.model.state.seat]?.name ?? savedName();
    await this.app.leave();
    this.app.join(room, name);
  }

  #say(event) {
    event.preventDefault();
    const text = this.field.value.trim();
    if (!text) return;
    this.field.value = "";
    this.app.say(text);
  }
}
