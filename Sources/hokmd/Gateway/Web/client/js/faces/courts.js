// King, queen and jack in the manner of an old Persian painting: calm half-figures under an arch,
// the same turned round below. The robe takes the colour of the suit (currentColor).

import { s } from "../dom.js";
import { SUIT_PATHS } from "./suits.js";

const SKIN = "#f0cfae", INK = "#2b2430", GOLD = "#d8a23c", PALE = "#fdf6e6", ROSE = "#b5434a", TEAL = "#2f7f7c";

const path = (d, fill, stroke, width = 2) =>
  s("path", { d, fill: fill ?? "none", stroke, "stroke-width": stroke ? width : null,
    "stroke-linecap": "round", "stroke-linejoin": "round" });
const dot = (cx, cy, r, fill) => s("circle", { cx, cy, r, fill });

const face = () => [
  s("rect", { x: 111, y: 104, width: 18, height: 26, fill: "#e3bb97" }),
  path("M99 84C99 66 107 60 120 60C133 60 141 66 141 84C141 102 131 115 120 115C109 115 99 102 99 84Z", SKIN),
  path("M103.500 83Q111 77 118 82M122 82Q129 77 136.500 83", null, INK, 2.6),
  path("M105 90Q111 85.500 117 90Q111 92 105 90ZM123 90Q129 85.500 135 90Q129 92 123 90Z", PALE, INK, 1.2),
  dot(111.500, 89, 2.1, INK), dot(129, 89, 2.1, INK),
  path("M120.500 88C120 93 117.500 97 120.500 98", null, "#b98a66", 1.8),
];

const mouth = () => path("M115.500 105Q118 103.500 120 104.500Q122 103.500 124.500 105Q120 108.500 115.500 105Z", ROSE);

const robe = () => [
  path("M50 172V156C58 136 84 128 106 122H134C156 128 182 136 190 156V172Z", "currentColor"),
  path("M104 123L120 158L136 123L129 120L120 138L111 120Z", GOLD),
  path("M111 121L120 138L129 121Z", PALE),
  path("M72 144l5 7l-5 7l-5-7ZM168 144l5 7l-5 7l-5-7ZM92 138l4 6l-4 6l-4-6ZM148 138l4 6l-4 6l-4-6Z", GOLD),
];

const king = () => [
  path("M97 72C92 86 95 100 101 106L139 106C145 100 148 86 143 72Z", INK),
  ...face(),
  path("M99.500 92C100 116 108 136 120 144C132 136 140 116 140.500 92C137 101 131 101.500 126 100.500C122 99 118 99 114 100.500C109 101.500 103 101 99.500 92Z", INK),
  mouth(),
  path("M97 68L91 40L107 52L120 32L133 52L149 40L143 68Q120 60 97 68Z", GOLD, INK, 1.6),
  path("M97 68Q120 60 143 68L142 74Q120 66 98 74Z", "currentColor", INK, 1.2),
  dot(120, 47, 4, ROSE), dot(91, 39, 3, PALE), dot(149, 39, 3, PALE), dot(120, 31, 3.4, PALE),
  // A sword, held upright.
  path("M70 58L75 50L80 58V140H70Z", "#dfe5e6", INK, 1.4), path("M75 58V138", null, "#9aa8aa", 1.4),
  path("M60 140H90", null, GOLD, 6), path("M75 142V160", null, INK, 6),
];

const queen = () => [
  path("M94 86C90 58 104 48 120 48C136 48 150 58 146 86C147 106 152 120 160 132L80 132C88 120 93 106 94 86Z", INK),
  ...face(), mouth(),
  path("M99 84C99 70 108 63 120 62C132 63 141 70 141 84C137 74 130 69 120 68C110 69 103 74 99 84Z", INK),
  path("M95 66Q120 44 145 66L143 57Q139 54 136 47L129 52L120 36L111 52L104 47Q101 54 97 57Z", GOLD, INK, 1.5),
  dot(120, 50, 3.6, ROSE), dot(104, 56, 2.2, PALE), dot(136, 56, 2.2, PALE),
  dot(97.500, 102, 3, GOLD), dot(142.500, 102, 3, GOLD),
  dot(105, 100, 3.4, "#e9a58f"), dot(135, 100, 3.4, "#e9a58f"),
  path("M108 121Q120 130 132 121", null, PALE, 3),
  // A rose.
  path("M73 160C74 140 72 124 74 104", null, TEAL, 3),
  path("M73 136C62 136 58 128 58 122C68 122 73 128 73 136ZM74 126C84 124 88 116 87 111C78 112 74 118 74 126Z", TEAL),
  path("M74 104C60 104 57 92 62 84C66 88 68 86 69 80C72 76 78 76 80 80C81 86 84 88 87 84C92 92 88 104 74 104Z", ROSE),
  path("M67 92Q74 86 81 92M70 98Q74 94 79 98", null, "#f0c2b4", 1.6),
];

const jack = () => [
  path("M96 76C92 92 94 104 98 110C104 112 106 106 104 98L136 98C134 106 136 112 142 110C146 104 148 92 144 76Z", INK),
  ...face(), mouth(),
  path("M110 101.500Q115 98.500 120 101Q125 98.500 130 101.500", null, INK, 2.2),
  path("M97 72C96 48 104 36 120 36C136 36 144 48 143 72Q120 64 97 72Z", TEAL, INK, 1.5),
  path("M97 72Q120 64 143 72L142 79Q120 71 98 79Z", GOLD, INK, 1.2),
  path("M137 70C152 64 162 50 160 34C148 40 138 54 137 70Z", "currentColor", INK, 1.2),
  path("M138 68C146 58 153 48 158 38", null, PALE, 1.4),
  dot(137, 70, 3.6, ROSE),
  // A lance.
  path("M74 74V168", null, "#8a5a34", 4.5),
  path("M74 40C82 54 82 62 74 74C66 62 66 54 74 40Z", "#dfe5e6", INK, 1.4),
  path("M66 78H82", null, GOLD, 4), path("M76 82L94 90L76 100Z", "currentColor", INK, 1),
];

const FIGURES = { K: king, Q: queen, J: jack };

const ARCH = "M52 168V86C52 62 84 54 120 32C156 54 188 62 188 86V168Z";

function half(rank, suit) {
  return s("g", { "clip-path": "url(#court-half)" },
    path(ARCH, "#f4e5c3"),
    path("M60 168V88C60 70 90 62 120 42C150 62 180 70 180 88V168Z", "#fbf3df", GOLD, 1.6),
    ...robe(), ...FIGURES[rank](),
    s("path", { d: SUIT_PATHS[suit], transform: "translate(153 80) scale(.22)", fill: "currentColor" }));
}

/// The picture of a court card, in the card's box of 240 by 336.
export function court(rank, suit) {
  return s("g", { transform: "translate(12 0) scale(.9 1)" },
    s("rect", { x: 52, y: 26, width: 136, height: 284, rx: 10, fill: "#efe0bd" }),
    half(rank, suit),
    s("g", { transform: "rotate(180 120 168)" }, half(rank, suit)),
    s("rect", { x: 52, y: 161, width: 136, height: 14, fill: GOLD }),
    path("M60 168l6-5l6 5l-6 5ZM84 168l6-5l6 5l-6 5ZM144 168l6-5l6 5l-6 5ZM168 168l6-5l6 5l-6 5Z", "currentColor"),
    path("M120 156l3.500 8.500l8.500-3.500l-3.500 8.500l8.500 3.500l-8.500 3.500l3.500 8.500l-8.500-3.500l-3.500 8.500l-3.500-8.500l-8.500 3.500l3.500-8.500l-8.500-3.500l8.500-3.500l-3.500-8.500l8.500 3.500Z", PALE, INK, 1),
    s("rect", { x: 52, y: 26, width: 136, height: 284, rx: 10, fill: "none", stroke: "currentColor", "stroke-width": 2.5 }));
}

/// What `court` clips its halves with; once a page.
export const courtDefinitions = () =>
  s("clipPath", { id: "court-half" }, s("rect", { x: 52, y: 26, width: 136, height: 142 }));
