// The dialogs over the page: menu, settings, score sheet, last trick, the end of the match.

import { h, keyed } from "../dom.js";
import { icon } from "../faces/icons.js";
import { t } from "../i18n.js";
import { linkTo, share } from "../links.js";
import { matchView } from "./match.js";
import { settingsView } from "./settings.js";
import { sheetView } from "./sheet.js";
import { lastTrick } from "./trick.js";

const TITLES = { menu: "menu", settings: "settings", sheet: "sheet", last: "last.trick", leave: "leave", rules: "rules" };

export class Dialogs {
  constructor(app) {
    this.app = app;
    this.title = h("h2", { id: "dialog-title" });
    this.body = h("div", { class: "dialog-body" });
    this.close = h("button", { class: "round dialog-close", type: "button", "aria-label": t("close"), onclick: () => this.#shut() }, icon("close"));
    this.element = h("dialog", { class: "dialog", "aria-labelledby": "dialog-title" },
      h("header", { class: "dialog-head" }, this.title, this.close), this.body);
    this.element.addEventListener("cancel", (event) => { event.preventDefault(); this.#shut(); });
    this.element.addEventListener("click", (event) => { if (event.target === this.element) this.#shut(); });
    this.element.addEventListener("keydown", (event) => this.#key(event));
  }

  #shut() {
    if (this.app.model.panel) this.app.open(null);
    else if (this.app.model.result === "match") this.app.set({ result: null });
  }

  // The key that opened a panel closes it.
  #key(event) {
    const panel = { l: "last", s: "sheet" }[event.key.toLowerCase()];
    if (panel && panel === this.name && !event.target.closest("input")) {
      event.preventDefault();
      event.stopPropagation();
      this.#shut();
    }
  }

  update(model) {
    const panel = model.panel === "chat" ? null : model.panel;
    const name = panel ?? (model.result === "match" && model.state.match ? "match" : null);
    if (name === null) {
      if (this.element.open) this.element.close();
      this.name = null;
      return;
    }
    const key = [name, model.settings, name === "sheet" && model.state.hands, name === "last" && model.state.lastTrick];
    const changed = keyed(this.body, key, () => this.#build(name, model));
    this.title.textContent = TITLES[name] ? t(TITLES[name]) : t("sheet.total");
    this.element.dataset.dialog = name;
    if (!this.element.open && this.element.isConnected) this.element.showModal();
    if (changed && this.name !== name) (this.body.querySelector("[data-first]") ?? this.close).focus({ preventScroll: true });
    this.name = name;
  }

  #build(name, model) {
    switch (name) {
      case "settings": return settingsView(this.app, model.settings);
      case "sheet": return sheetView(model.state);
      case "last": return lastTrick(model.state);
      case "match": return matchView(this.app, model.state, linkTo);
      case "rules": return h("ol", { class: "rules" }, ...[1, 2, 3, 4, 5, 6].map((n) => h("li", { text: t(`rules.${n}`) })));
      case "leave": return this.#leave();
      default: return this.#menu(model);
    }
  }

  #menu({ state }) {
    const { app } = this;
    const item = (picture, text, go, data = {}) =>
      h("button", { class: "item", type: "button", onclick: go, data }, icon(picture), h("span", { text }));
    return h("div", { class: "items" },
      item("share", t("share"), async () => {
        const how = await share(state.room, t("title"));
        app.open(null);
        if (how === "copied") app.toast(t("copied"), "good");
      }),
      item("sheet", t("sheet"), () => app.open("sheet")),
      item("last", t("last.trick"), () => app.open("last")),
      item("help", t("rules"), () => app.open("rules")),
      item("settings", t("settings"), () => app.open("settings")),
      item("leave", t("leave"), () => (state.spectator || state.phase === "over" ? app.leave() : app.open("leave")), { action: "leave" }));
  }

  #leave() {
    return h("div", { class: "leave" }, h("p", { text: t("leave.sure") }),
      h("div", { class: "row" },
        h("button", { class: "button danger", type: "button", text: t("leave"), data: { action: "leave-now" }, onclick: () => this.app.leave() }),
        h("button", { class: "button", type: "button", text: t("stay"), data: { first: "" }, onclick: () => this.app.open(null) })));
  }
}
