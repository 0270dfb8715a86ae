// The two quiet screens: waiting in the queue, and a seat that is played somewhere else.

import { h, setText } from "../dom.js";
import { picture, suitSign } from "../faces/deck.js";
import { t } from "../i18n.js";
import { seatOfBrowser } from "../storage.js";

export function queueView(app) {
  const position = h("p", { class: "quiet-text", role: "status" });
  const element = h("main", { class: "quiet" },
    h("div", { class: "turning", "aria-hidden": "true" }, ...["S", "H", "C", "D"].map((suit) => suitSign(suit))),
    h("h1", { text: t("queue.title") }),
    position,
    h("p", { class: "faint", text: t("queue.about") }),
    h("button", { class: "button", type: "button", text: t("cancel"), onclick: () => app.home() }));
  return {
    element,
    update: ({ state }) => setText(position, t("queue.position", { n: state.queued ?? 1 })),
  };
}

export function takenView(app) {
  const element = h("main", { class: "quiet" },
    h("div", { class: "quiet-card", "aria-hidden": "true" }, picture(null)),
    h("h1", { text: t("taken.title") }),
    h("p", { class: "quiet-text", text: t("taken.about") }),
    h("div", { class: "row" },
      h("button", { class: "button primary", type: "button", text: t("taken.here"), onclick: () => {
        const { room, seat } = app.model.state;
        const kept = seatOfBrowser();
        const token = kept && kept.room === room ? kept.token : app.token;
        app.resume({ token, room, seat });
      } }),
      h("button", { class: "button", type: "button", text: t("home"), onclick: () => app.home() })));
  return { element, update: () => {} };
}
