// The page: one screen at a time, and above it the banner, the toast and the dialogs.

import { h, keyed, setAttribute, setText } from "../dom.js";
import { t } from "../i18n.js";
import { Dialogs } from "./dialogs.js";
import { Lobby } from "./lobby.js";
import { queueView, takenView } from "./notices.js";
import { TableView } from "./table.js";

export class Root {
  constructor(app) {
    this.app = app;
    this.banner = h("div", { class: "banner", role: "status", hidden: true });
    this.toast = h("div", { class: "toast", role: "status" });
    this.place = h("div", { class: "screen" });
    this.dialogs = new Dialogs(app);
    this.element = h("div", { class: "root" }, this.place, this.banner, this.toast, this.dialogs.element);
    this.screen = null;
  }

  remove() { this.element.remove(); }

  update(model) {
    if (model.screen !== this.name) {
      this.name = model.screen;
      this.screen = this.#make(model.screen);
      this.place.replaceChildren(this.screen.element);
      this.screen.mounted?.();
    }
    this.screen.update(model);
    this.dialogs.update(model);
    const trouble = this.#trouble(model);
    setText(this.banner, trouble ?? "");
    this.banner.hidden = !trouble;
    keyed(this.toast, model.toast ?? "", () => model.toast
      ? h("p", { class: `toast-text ${model.toast.kind}`, text: model.toast.text }) : null);
    setAttribute(this.element, "data-status", model.status.kind);
  }

  #trouble({ screen, status, state }) {
    if (screen === "lobby" || screen === "taken") return null;
    if (status.kind === "reconnecting") return t("reconnecting");
    return state.paused !== null && screen === "table" ? t("paused") : null;
  }

  #make(name) {
    switch (name) {
      case "table": return new TableView(this.app);
      case "queue": return queueView(this.app);
      case "taken": return takenView(this.app);
      default: return new Lobby(this.app);
    }
  }
}
