// The pack as SVG symbols, made once; every card on the page is a reference to one of them.

import { s } from "../dom.js";
import { RANKS, SUITS, isCard, rankOf, suitOf } from "../rules.js";
import { court, courtDefinitions } from "./courts.js";
import { PIPS } from "./pips.js";
import { RANK_STROKES, RANK_TURNED } from "./ranks.js";
import { SUIT_PATHS } from "./suits.js";

const WIDTH = 240, HEIGHT = 336;
const PAPER = "#fffdf7", EDGE = "#d9cfba", GOLD = "#d8a23c";

function pip(suit, x, y, size, turned = false) {
  const turn = turned ? `rotate(180 ${x} ${y}) ` : "";
  return s("path", {
    d: SUIT_PATHS[suit], fill: "currentColor",
    transform: `${turn}translate(${x - size / 2} ${y - size / 2}) scale(${size / 100})`,
  });
}

function index(rank, suit) {
  const turn = RANK_TURNED.has(rank) ? " rotate(180 18 26.500)" : "";
  return s("g", {},
    s("path", {
      d: RANK_STROKES[rank], transform: `translate(12 17) scale(1.080)${turn}`, fill: "none",
      stroke: "currentColor", "stroke-width": 7, "stroke-linecap": "round", "stroke-linejoin": "round",
    }),
    pip(suit, 31, 105, 38));
}

const star = (size) => [0, 45].map((angle) => s("rect", {
  x: 120 - size, y: 168 - size, width: 2 * size, height: 2 * size, fill: "none", stroke: GOLD,
  "stroke-width": 2, transform: `rotate(${angle} 120 168)`,
}));

function middle(rank, suit) {
  if ("KQJ".includes(rank)) return [court(rank, suit)];
  if (rank === "A") return [...star(62), pip(suit, 120, 168, 92)];
  return PIPS[rank].map(([x, y]) => pip(suit, x, y, 46, y > HEIGHT / 2));
}

const blank = () => s("rect", {
  x: 1.5, y: 1.5, width: WIDTH - 3, height: HEIGHT - 3, rx: 18, fill: PAPER, stroke: EDGE, "stroke-width": 3,
});

const face = (card) => s("symbol", { id: `card-${card}`, viewBox: `0 0 ${WIDTH} ${HEIGHT}` },
  blank(), ...middle(rankOf(card), suitOf(card)),
  index(rankOf(card), suitOf(card)),
  s("g", { transform: `rotate(180 ${WIDTH / 2} ${HEIGHT / 2})` }, index(rankOf(card), suitOf(card))));

const lattice = () => s("pattern", { id: "lattice", width: 48, height: 48, patternUnits: "userSpaceOnUse", x: 0, y: 0 },
  s("rect", { width: 48, height: 48, fill: "#14504f" }),
  s("g", { fill: "none", stroke: "#d9b566", "stroke-width": 1.6 },
    s("rect", { x: 11, y: 11, width: 26, height: 26 }),
    s("rect", { x: 11, y: 11, width: 26, height: 26, transform: "rotate(45 24 24)" }),
    s("path", { d: "M24 0v6M24 42v6M0 24h6M42 24h6M0 0l11 11M48 0L37 11M0 48l11-11M48 48L37 37" })),
  s("circle", { cx: 24, cy: 24, r: 5, fill: "#d9b566" }));

const back = () => s("symbol", { id: "card-back", viewBox: `0 0 ${WIDTH} ${HEIGHT}` },
  blank(),
  s("rect", { x: 12, y: 12, width: 216, height: 312, rx: 11, fill: "url(#lattice)" }),
  s("rect", { x: 18, y: 18, width: 204, height: 300, rx: 8, fill: "none", stroke: "#d9b566", "stroke-width": 2 }));

/// Puts the pack's symbols into the page.
export function installDeck(parent) {
  const symbols = SUITS.flatMap((suit) => [...RANKS].map((rank) => face(rank + suit)));
  const suits = SUITS.map((suit) =>
    s("symbol", { id: `suit-${suit}`, viewBox: "0 0 100 100" },
      s("path", { d: SUIT_PATHS[suit], fill: "currentColor" })));
  parent.append(s("svg", { class: "deck", width: 0, height: 0, "aria-hidden": "true", focusable: "false" },
    s("defs", {}, courtDefinitions(), lattice(), ...symbols, back(), ...suits)));
}

/// A card's picture, `null` for its back. What is no card is shown as a back.
export function picture(card) {
  const name = isCard(card) ? card : "back";
  return s("svg", {
    class: `card ${name === "back" ? "" : `suit-${suitOf(name)}`}`,
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`, "aria-hidden": "true", focusable: "false",
  }, s("use", { href: `#card-${name}` }));
}

/// A suit's sign.
export const suitSign = (suit, name = "sign") => s("svg", {
  class: `${name} suit-${suit}`, viewBox: "0 0 100 100", "aria-hidden": "true", focusable: "false",
}, s("use", { href: `#suit-${suit}` }));
