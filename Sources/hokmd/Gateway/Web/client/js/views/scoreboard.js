// The score above the table: points of the match, and seven marks for the tricks of this hand.

import { teamName } from "../announce.js";
import { h, keyed, setAttribute, setText } from "../dom.js";
import { digits, t } from "../i18n.js";
import { TRICKS_TO_WIN } from "../rules.js";
import { myTeam } from "../state.js";

class Side {
  constructor(which) {
    this.name = h("span", { class: "side-name" });
    this.points = h("span", { class: "side-points" });
    this.marks = h("span", { class: "marks", role: "img" });
    this.element = h("div", { class: `score-side ${which}` },
      this.points, h("div", { class: "side-words" }, this.name, this.marks));
  }

  update(state, team) {
    setText(this.name, teamName(state, team));
    setText(this.points, digits(state.score[team]));
    setAttribute(this.marks, "aria-label", `${t("tricks")}: ${digits(state.tricks[team])}`);
    keyed(this.marks, String(state.tricks[team]), () => Array.from({ length: TRICKS_TO_WIN }, (_, i) =>
      h("i", { class: i < state.tricks[team] ? "mark won" : "mark" })));
  }
}

export class Scoreboard {
  constructor() {
    this.sides = [new Side("ours"), new Side("theirs")];
    this.target = h("span", { class: "target" });
    this.element = h("section", { class: "scoreboard", "aria-label": t("sheet.total") },
      this.sides[0].element, this.target, this.sides[1].element);
  }

  update(state) {
    const mine = myTeam(state);
    this.sides[0].update(state, mine);
    this.sides[1].update(state, 1 - mine);
    setText(this.target, t("score.of", { n: state.target }));
  }
}
