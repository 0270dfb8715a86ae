// What each player may have as they like it.

import { h } from "../dom.js";
import { t } from "../i18n.js";
import { choice } from "./choice.js";

export function settingsView(app, settings) {
  const of = (name, label, choices) =>
    choice(label, choices, settings[name], (value) => app.change(name, value));
  return h("div", { class: "settings" },
    of("language", t("language"), [["fa", "فارسی"], ["en", "English"]]),
    of("theme", t("theme"), [["auto", t("theme.auto")], ["day", t("theme.day")], ["night", t("theme.night")]]),
    of("deck", t("deck"), [["two", t("deck.two")], ["four", t("deck.four")]]),
    of("speed", t("speed"), [["calm", t("speed.calm")], ["quick", t("speed.quick")], ["instant", t("speed.instant")]]),
    of("taps", t("taps"), [[1, t("taps.1")], [2, t("taps.2")]]),
    of("sound", t("sound"), [[false, t("off")], [true, t("on")]]),
    h("section", { class: "keys" }, h("h3", { text: t("keys") }), h("p", { class: "faint", text: t("keys.about") })));
}
