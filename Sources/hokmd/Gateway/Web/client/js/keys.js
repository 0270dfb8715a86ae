// Keys that work anywhere on the table. Inside a text field or an open dialog they mean themselves.

import { asciiDigits } from "./i18n.js";

const PANELS = { l: "last", c: "chat", s: "sheet" };
// The same keys on a Persian keyboard.
const PERSIAN = { "م": "l", "ز": "c", "س": "s" };

const isTyping = (target) => target.closest?.("input, textarea, select, [contenteditable]");

export function listen(app) {
  document.addEventListener("keydown", (event) => {
    if (app.model.screen !== "table" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && app.model.panel) return app.open(null);
    if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
    const key = PERSIAN[event.key] ?? event.key.toLowerCase();
    if (PANELS[key]) {
      event.preventDefault();
      app.open(app.model.panel === PANELS[key] ? null : PANELS[key]);
      return;
    }
    const digit = asciiDigits(key);
    const index = "1234567890-=".indexOf(digit);
    if (digit.length === 1 && index >= 0) focusCard(index);
    if (key.startsWith("arrow") && alongSuits(event)) return;
    if (key.startsWith("arrow") && !event.target.closest("[role=group], [role=radiogroup]")) focusCard(null);
  });
}

// Arrows go along the four suits, while the trump is chosen.
function alongSuits(event) {
  const suits = [...document.querySelectorAll(".trumps button")];
  const at = suits.indexOf(event.target.closest("button"));
  if (at < 0) return false;
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key] ?? 0;
  event.preventDefault();
  suits[Math.min(suits.length - 1, Math.max(0, at + step))].focus();
  return true;
}

// The n-th card of the hand (or the n-th suit while the trump is chosen); null: wherever it was.
function focusCard(index) {
  const choices = document.querySelectorAll(".trumps button");
  const cards = choices.length > 0 ? choices : document.querySelectorAll(".hand button");
  const target = index === null
    ? [...cards].find((card) => card.tabIndex === 0) ?? cards[0]
    : cards[index];
  target?.focus();
}
