// The front door: a name, and four ways to a table.

import { h, keyed, setText } from "../dom.js";
import { picture } from "../faces/deck.js";
import { icon } from "../faces/icons.js";
import { digits, leftToRight, t } from "../i18n.js";
import { readCode } from "../links.js";
import { savedName } from "../storage.js";
import { choice } from "./choice.js";

const NAME_MOST = 24;
const OPTIONS = { target: 7, turn_seconds: 30, bots_after: null, public: false };

const hero = () => h("div", { class: "hero", "aria-hidden": "true" },
  ...["KS", "AH", "QD", "JC"].map((card) => h("span", { class: "hero-card" }, picture(card))));

export class Lobby {
  constructor(app) {
    this.app = app;
    this.mode = "ways";
    this.options = { ...OPTIONS };
    this.name = h("input", {
      id: "name", class: "name", maxlength: NAME_MOST, autocomplete: "nickname", dir: "auto",
      enterkeyhint: "done", placeholder: t("name.hint"), value: savedName(), spellcheck: "false",
    });
    this.body = h("div", { class: "lobby-body" });
    this.problem = h("p", { class: "problem", role: "alert" });
    this.element = h("main", { class: "lobby" },
      h("div", { class: "lobby-top" },
        h("div", {}, this.#tool("settings", "settings"), this.#tool("rules", "help")),
        h("button", {
          class: "button small", type: "button", lang: this.#other(), onclick: () => app.change("language", this.#other()),
        }, icon("globe"), this.#other() === "fa" ? "فارسی" : "English")),
      h("header", { class: "brand" }, hero(),
        h("h1", { class: "wordmark", text: t("title") }),
        h("p", { class: "tagline", text: t("tagline") })),
      h("div", { class: "lobby-main" },
        h("label", { class: "name-label", for: "name" }, h("span", { text: t("your.name") }), this.name),
        this.problem, this.body));
  }

  #tool(panel, picture) {
    return h("button", {
      class: "round", type: "button", "aria-label": t(panel), title: t(panel), data: { tool: panel },
      onclick: () => this.app.open(panel),
    }, icon(picture));
  }

  #other() { return this.app.model.settings.language === "fa" ? "en" : "fa"; }

  update(model) {
    this.element.classList.toggle("busy", model.busy);
    const key = [this.mode, model.invitation, model.kept?.room ?? null, model.busy];
    keyed(this.body, key, () => this.#body(model));
  }

  #show(mode) {
    this.mode = mode;
    setText(this.problem, "");
    this.update(this.app.model);
    this.body.querySelector("input, button")?.focus();
  }

  // The name, or null with the field asking for it.
  #named() {
    const name = this.name.value.trim();
    if (name) return name;
    setText(this.problem, t("name.hint"));
    this.name.focus();
    return null;
  }

  #with(go) {
    return () => {
      const name = this.#named();
      if (name && !this.app.model.busy) go(name);
    };
  }

  #body(model) {
    if (model.invitation) return this.#invited(model.invitation);
    switch (this.mode) {
      case "create": return this.#create();
      case "join": return this.#join();
      default: return this.#ways(model);
    }
  }

  #ways({ kept }) {
    const { app } = this;
    const way = (name, picture, go, more = "") => h("button", { class: `way ${more}`, type: "button", onclick: go, data: { way: name } },
      icon(picture, "way-icon"),
      h("span", { class: "way-name", text: t(name) }),
      h("span", { class: "way-about", text: t(`${name}.about`) }));
    const back = kept && h("button", { class: "way return", type: "button", onclick: () => app.resume(kept), data: { way: "return" } },
      icon("door", "way-icon"),
      h("span", { class: "way-name", text: t("return", { code: leftToRight(kept.room) }) }),
      h("span", { class: "way-about", text: t("return.about") }));
    return h("div", { class: "ways" }, back,
      way("quick", "bolt", this.#with((name) => app.quick(name)), "primary"),
      way("bots", "robot", this.#with((name) => app.create(name, { ...OPTIONS }, { bots: true }))),
      way("create", "people", () => this.#show("create")),
      way("join", "door", () => this.#show("join")));
  }

  #actions(...buttons) {
    return h("div", { class: "row" }, ...buttons,
      h("button", { class: "button", type: "button", text: t("back"), onclick: () => {
        this.app.set({ invitation: null });
        this.#show("ways");
      } }));
  }

  #create() {
    const { options } = this;
    const set = (name) => (value) => { options[name] = value; };
    return h("section", { class: "sheet-card", "aria-label": t("create") },
      h("h2", { text: t("create") }),
      choice(t("option.target"), [1, 3, 5, 7, 10, 15].map((n) => [n, digits(n)]), options.target, set("target")),
      choice(t("option.turn"), [[15, t("seconds", { n: 15 })], [30, t("seconds", { n: 30 })], [60, t("seconds", { n: 60 })], [0, t("none")]],
        options.turn_seconds, set("turn_seconds")),
      choice(t("option.bots"), [[null, t("never")], [15, t("after.seconds", { n: 15 })], [60, t("after.seconds", { n: 60 })]],
        options.bots_after, set("bots_after")),
      choice(t("option.public"), [[false, t("off")], [true, t("on")]], options.public, set("public")),
      this.#actions(h("button", {
        class: "button primary", type: "button", text: t("start"), data: { action: "open" },
        onclick: this.#with((name) => this.app.create(name, { ...options })),
      })));
  }

  #join() {
    const code = h("input", {
      id: "code", class: "code", dir: "ltr", maxlength: 12, autocomplete: "off", autocapitalize: "characters",
      spellcheck: "false", placeholder: "K7M2QX", enterkeyhint: "go",
    });
    const read = (go) => () => {
      const room = readCode(code.value);
      setText(this.problem, room ? "" : t("code.bad"));
      if (room) go(room); else code.focus();
    };
    const sit = read((room) => this.#with((name) => this.app.join(room, name))());
    return h("form", { class: "sheet-card", "aria-label": t("join"), onsubmit: (event) => { event.preventDefault(); sit(); } },
      h("h2", { text: t("join") }),
      h("label", { class: "code-label", for: "code", text: t("code") }), code,
      this.#actions(
        h("button", { class: "button primary", type: "submit", text: t("sit"), data: { action: "sit" } }),
        h("button", { class: "button", type: "button", text: t("watch"), data: { action: "watch" }, onclick: read((room) => this.app.watch(room)) })));
  }

  #invited(room) {
    return h("section", { class: "sheet-card invited" },
      h("h2", { text: t("invited", { code: leftToRight(room) }) }),
      this.#actions(
        h("button", { class: "button primary", type: "button", text: t("sit"), data: { action: "sit" }, onclick: this.#with((name) => this.app.join(room, name)) }),
        h("button", { class: "button", type: "button", text: t("watch"), data: { action: "watch" }, onclick: () => this.app.watch(room) })));
  }
}
