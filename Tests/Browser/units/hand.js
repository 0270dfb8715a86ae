const { Hand } = await import("/js/views/hand.js");
const { initial } = await import("/js/state.js");

const FIVE = ["AS", "KH", "9H", "QD", "2C"];
const REST = ["KS", "7S", "3S", "TH", "JD", "4D", "QC", "8C"];

const settled = () => Promise.all(document.getAnimations().map((animation) => animation.finished));
const boxes = (hand) => [...hand.element.children].map((button) => {
  const { left, top, width } = button.getBoundingClientRect();
  return [button.dataset.card, Math.round(left), Math.round(top), Math.round(width)];
});

async function withHand(body) {
  const place = document.createElement("div");
  place.className = "table";
  place.style.cssText = "position: fixed; inset: 0; z-index: 99";
  const hand = new Hand({ play() {}, toast() {} });
  place.append(hand.element);
  document.body.append(place);
  const show = (cards, trump = "H") => hand.update({
    state: { ...initial, seat: 0, phase: "playing", trump, cards, turn: { seat: 0, action: "play" } },
    pending: null, settings: { taps: 1 },
  });
  try {
    await body(hand, show);
  } finally {
    place.remove();
  }
}

test("where a card can be hit, it can be hit from the first moment on", () => withHand(async (hand, show) => {
  const hands = [[FIVE, null], [[...FIVE, ...REST], "H"], [[...FIVE, ...REST.slice(1)], "H"], [FIVE, "C"]];
  for (const [cards, trump] of hands) {
    show(cards, trump);
    const at = boxes(hand);
    equal(document.getAnimations().length > 0, true, "motion");
    await settled();
    equal(boxes(hand), at, `the hand of ${cards.length}`);
  }
}));

test("the press and the release of a click find the same card while the others make room", () => withHand(async (hand, show) => {
  show(FIVE);
  await settled();
  show([...FIVE, ...REST]);
  const hits = () => [...hand.element.children].map((button) => {
    const { left, top } = button.getBoundingClientRect();
    return document.elementFromPoint(left + 16, top + 60).closest("button")?.dataset.card ?? null;
  });
  const pressed = hits();
  equal(pressed, hand.order);
  await settled();
  equal(hits(), pressed);
}));
