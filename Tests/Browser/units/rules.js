const { isCard, legalCards, sortHand, winning } = await import("/js/rules.js");
const { backoff } = await import("/js/backoff.js");
const { readCode, roomInText } = await import("/js/links.js");
const { asciiDigits, cardName, digits } = await import("/js/i18n.js");
const { blake2b256 } = await import("/js/blake2b.js");
const { commitmentTo, isAsPromised } = await import("/js/commitment.js");
const { pauseAfter } = await import("/js/pacer.js");

const trick = (...cards) => cards.map((card, seat) => ({ seat, card }));

test("suit must be followed where it can be", () => {
  equal(legalCards(["AS", "2S", "KH"], trick("3S")), ["AS", "2S"]);
  equal(legalCards(["KH", "2D"], trick("3S")), ["KH", "2D"]);
  equal(legalCards(["KH", "2D"], []), ["KH", "2D"]);
});

test("the highest trump, else the highest card of the led suit, takes the trick", () => {
  equal(winning(trick("2H", "AH", "KH", "AD"), "S"), 1);
  equal(winning(trick("2H", "AH", "2S", "AD"), "S"), 2);
  equal(winning(trick("2H", "AD"), "S"), 0);
  equal(winning([], "S"), null);
});

test("a hand has its trumps first and its colours alternating", () => {
  const sorted = sortHand(["2C", "AH", "3S", "KD", "9S"], "D");
  equal(sorted[0], "KD");
  equal(new Set(sorted).size, 5);
  equal(sorted.indexOf("9S") < sorted.indexOf("3S"), true);
  const red = (card) => "HD".includes(card[1]);
  equal(sorted.filter((card, i) => i > 0 && card[1] !== sorted[i - 1][1] && red(card) === red(sorted[i - 1])).length, 0);
});

test("only cards are cards", () => {
  equal(["AS", "TD", "1S", "AX", "", "ASS", null, 7].map(isCard), [true, true, false, false, false, false, false, false]);
});

test("waiting doubles, is drawn at random within its half, and has an end", () => {
  equal([0, 1, 2, 3].map((n) => backoff(n, 1006, () => 1)), [300, 600, 1200, 2400]);
  equal(backoff(0, 1006, () => 0), 150);
  equal(backoff(40, 1006, () => 1), 10_000);
  equal(backoff(0, 1013, () => 1), 5_000);
});

test("a code forgives small letters, Persian digits and what looks alike", () => {
  equal(["k7m2qx", " K7M-2QX ", "k۷m۲qx", "OIL234", "K7M2Q", "K7M2QU", null].map(readCode),
    ["K7M2QX", "K7M2QX", "K7M2QX", "011234", null, null, null]);
  equal(roomInText("come: http://127.0.0.1:8080/?room=K7M2QX"), "K7M2QX");
  equal(roomInText("room K7M2QX"), null);
});

test("digits are each language's own", () => {
  equal(digits(1203, "fa"), "۱۲۰۳");
  equal(digits(1203, "en"), "1203");
  equal(asciiDigits("۱۲٣4"), "1234");
  equal([cardName("QS", "en"), cardName("QS", "fa"), cardName("7D", "en")], ["queen of spades", "بی‌بی پیک", "7 of diamonds"]);
});

test("BLAKE2b gives the digests of RFC 7693's reference", () => {
  const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  equal(hex(blake2b256(new Uint8Array())), "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
  equal(hex(blake2b256(new TextEncoder().encode("abc"))), "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
});

test("a deal that was changed after its promise is found out", () => {
  const seed = "00".repeat(32);
  const commitment = commitmentTo({ seed, room: "K7M2QX", hand: 3 });
  const hand = { hand: 3, commitment, reveal: { seed } };
  equal(isAsPromised(hand, "K7M2QX"), true);
  equal(isAsPromised({ ...hand, reveal: { seed: "01" + seed.slice(2) } }, "K7M2QX"), false);
  equal(isAsPromised({ ...hand, hand: 4 }, "K7M2QX"), false);
  equal(isAsPromised({ ...hand, commitment: null }, "K7M2QX"), null);
});

test("pauses follow the pace that was chosen", () => {
  const trickEvent = { type: "trick" };
  equal(pauseAfter(trickEvent, "instant"), 0);
  equal(pauseAfter(trickEvent, "quick") < pauseAfter(trickEvent, "calm"), true);
  equal(pauseAfter({ type: "turn" }, "calm"), 0);
});
