// A row of choices of which one is taken: radio buttons that look like a switch.

import { h } from "../dom.js";

let made = 0;

/// `choices` are [value, label]; `take` is told of the value.
export function choice(label, choices, chosen, take) {
  const name = `choice-${made++}`;
  return h("fieldset", { class: "choice" },
    h("legend", { text: label }),
    h("div", { class: "choice-row" }, ...choices.map(([value, text], i) => {
      const id = `${name}-${i}`;
      const input = h("input", { type: "radio", id, name, checked: value === chosen, onchange: () => take(value) });
      return [input, h("label", { for: id, text })];
    }).flat()));
}
