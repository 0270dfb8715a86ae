// The end: who won, by how much, and what now.

import { teamName } from "../announce.js";
import { h } from "../dom.js";
import { picture } from "../faces/deck.js";
import { digits, isolate, playerName, t } from "../i18n.js";
import { myTeam } from "../state.js";
import { sheetView } from "./sheet.js";

export function matchView(app, state, link) {
  const { winner } = state.match;
  const mine = myTeam(state);
  const won = !state.spectator && winner === mine;
  const title = state.spectator ? t("match.won", { team: teamName(state, winner) })
    : t(won ? "match.won.us" : "match.won.them");
  const names = (team) => [team, team + 2].map((seat) => isolate(playerName(state.seats[seat]))).join(" · ");
  const side = (team) => h("div", { class: `final ${team === winner ? "winner" : ""}` },
    h("span", { class: "final-points", text: digits(state.score[team]) }),
    h("span", { class: "final-names", text: names(team) }));
  return h("div", { class: `match ${won || state.spectator ? "won" : "lost"}` },
    h("div", { class: "match-cards", "aria-hidden": "true" }, ...["AS", "AH", "AC", "AD"].map(picture)),
    h("h2", { class: "match-title", text: title }),
    h("div", { class: "finals" }, side(mine), side(1 - mine)),
    h("div", { class: "row" },
      state.spectator ? null : h("button", {
        class: "button primary", type: "button", text: t("rematch"), data: { first: "", action: "rematch" },
        onclick: () => app.rematch(link),
      }),
      h("button", { class: "button", type: "button", text: t("home"), data: { action: "home" }, onclick: () => app.leave() })),
    h("details", {}, h("summary", { text: t("sheet") }), sheetView(state)));
}
