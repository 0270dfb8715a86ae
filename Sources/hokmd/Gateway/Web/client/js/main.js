// Wires the page together.

import { announcer } from "./announce.js";
import { App } from "./app.js";
import { h } from "./dom.js";
import { installDeck } from "./faces/deck.js";
import { setLanguage } from "./i18n.js";
import { listen } from "./keys.js";
import { roomInAddress } from "./links.js";
import { Root } from "./views/root.js";

const region = h("div", { class: "spoken", role: "log", "aria-live": "polite", "aria-relevant": "additions" });
const place = document.getElementById("app");
let root = null;
let language = null;

const app = new App({ announce: announcer(region), render });

function render(model) {
  const { settings } = model;
  if (settings.language !== language) {
    language = settings.language;
    setLanguage(language);
    root?.remove();
    root = new Root(app);
    place.replaceChildren(root.element);
  }
  document.documentElement.dataset.theme = settings.theme;
  document.documentElement.dataset.deck = settings.deck;
  root.update(model);
}

installDeck(document.body);
document.body.append(region);
render(app.model);
listen(app);
app.start({ code: roomInAddress(location) });

// For tests: the page's own model, as a person could see it.
globalThis.hokm = { get model() { return app.model; }, drop: () => app.drop() };
