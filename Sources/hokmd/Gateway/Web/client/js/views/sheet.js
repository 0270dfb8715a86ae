// The score sheet: a row a hand.

import { nameOf, teamName } from "../announce.js";
import { h } from "../dom.js";
import { suitSign } from "../faces/deck.js";
import { icon } from "../faces/icons.js";
import { digits, t } from "../i18n.js";
import { isAsPromised } from "../commitment.js";
import { myTeam } from "../state.js";

// Whether the deal was the promised one, where this page can tell.
function promise(hand, room) {
  const kept = isAsPromised(hand, room);
  if (kept === null) return null;
  const words = t(kept ? "verified" : "verify.failed");
  return h("span", { class: kept ? "fair" : "unfair", role: "img", "aria-label": words, title: words }, icon(kept ? "fair" : "unfair"));
}

export function sheetView(state) {
  if (state.hands.length === 0) return h("p", { class: "faint", text: t("sheet.empty") });
  const teams = [myTeam(state), 1 - myTeam(state)];
  const cell = (hand, team) => h("td", { class: hand.winner === team ? "won" : "" },
    hand.winner === team ? digits(`+${hand.points}`) : "–",
    hand.winner === team && hand.kot !== "none" ? h("span", { class: "kot", text: t(hand.kot) }) : null);
  return h("table", { class: "sheet" },
    h("thead", {}, h("tr", {},
      h("th", { scope: "col", text: t("sheet.hand") }), h("th", { scope: "col", text: t("sheet.hakem") }),
      h("th", { scope: "col", text: t("sheet.trump") }),
      ...teams.map((team) => h("th", { scope: "col", text: teamName(state, team) })))),
    h("tbody", {}, ...state.hands.map((hand) => h("tr", {},
      h("th", { scope: "row" }, digits(hand.hand), promise(hand, state.room)),
      h("td", { class: "sheet-name", text: nameOf(state, hand.hakem) }),
      h("td", {}, hand.trump ? suitSign(hand.trump) : "", h("span", { class: "sr", text: hand.trump ? t(`suit.${hand.trump}`) : "" })),
      ...teams.map((team) => cell(hand, team))))),
    h("tfoot", {}, h("tr", {}, h("th", { scope: "row", colspan: 3, text: t("sheet.total") }),
      ...teams.map((team) => h("td", { text: digits(state.score[team]) })))));
}
