const { applyEvent, initial, isMyTurn, placeOf, reduce } = await import("/js/state.js");

const player = (name, bot = false) => ({ name, bot, online: true });
const tableState = (changes = {}) => ({
  phase: "playing", seats: ["A", "B", "C", "D"].map((name) => player(name)), target: 7, score: [0, 0], hand: 1,
  hakem: 0, trump: "S", cards: ["AS", "KH"], counts: [2, 2, 2, 2], turn: 0, deadline_ms: 9_000, trick: [],
  tricks: [3, 2], commitment: "ab", ply: 20, ...changes,
});
const joined = (changes = {}, frame = {}) =>
  reduce(initial, { type: "joined", room: "K7M2QX", seat: 0, token: "t", version: 5, resumed: false, state: tableState(changes), ...frame }, 1_000);
const events = (version, ...list) => ({ type: "events", version, events: list });

test("a joined frame shows the table and counts the deadline from now", () => {
  const state = joined();
  equal(state.version, 5);
  equal(state.turn, { seat: 0, action: "play", hand: 1, ply: 20, endsAt: 10_000, lasts: 9_000 });
  equal(isMyTurn(state), true);
  equal(state.spectator, false);
});

test("without ply in the state it is counted from the tricks", () => {
  equal(joined({ ply: undefined, trick: [{ seat: 3, card: "2C" }] }).turn.ply, 21);
});

test("a frame that was seen already changes nothing", () => {
  const state = joined();
  equal(reduce(state, events(5, { type: "played", seat: 0, card: "AS" }), 0) === state, true);
});

test("a played card leaves the hand, lies on the table and ends the turn", () => {
  const state = reduce(joined(), events(6, { type: "played", seat: 0, card: "AS" }), 0);
  equal(state.cards, ["KH"]);
  equal(state.trick, [{ seat: 0, card: "AS" }]);
  equal(state.counts, [1, 2, 2, 2]);
  equal(state.turn, null);
  equal(state.version, 6);
});

test("another seat's card leaves only its count", () => {
  const state = reduce(joined(), events(6, { type: "played", seat: 2, card: "2S" }), 0);
  equal(state.cards, ["AS", "KH"]);
  equal(state.counts, [2, 2, 1, 2]);
});

test("a trick goes from the table to the last trick", () => {
  let state = joined();
  ["AS", "2S", "3S", "4S"].forEach((card, seat) => { state = applyEvent(state, { type: "played", seat, card }, 0); });
  state = applyEvent(state, { type: "trick", winner: 0, tricks: [4, 2] }, 0);
  equal(state.trick, []);
  equal(state.lastTrick.winner, 0);
  equal(state.lastTrick.cards.length, 4);
  equal(state.tricks, [4, 2]);
});

test("a hand goes to the score sheet with its hakem, trump and commitment", () => {
  const state = applyEvent(joined(), { type: "hand", winner: 1, points: 3, kot: "hakem_kot", score: [0, 3], reveal: { seed: "00" } }, 0);
  const { hand, winner, points, kot, hakem, trump, commitment } = state.hands[0];
  equal([hand, winner, points, kot, hakem, trump, commitment], [1, 1, 3, "hakem_kot", 0, "S", "ab"]);
  equal(state.score, [0, 3]);
});

test("a deal gives the hakem five cards and the others none", () => {
  let state = applyEvent(joined(), { type: "hakem", seat: 3, draw: [] }, 0);
  state = applyEvent(state, { type: "deal", hand: 2, commitment: "cd" }, 0);
  equal(state.counts, [0, 0, 0, 5]);
  equal([state.phase, state.hand, state.trump, state.tricks, state.lastTrick], ["choosing_trump", 2, null, [0, 0], null]);
  state = applyEvent(state, { type: "trump", seat: 3, suit: "H" }, 0);
  equal([state.phase, state.trump, state.counts], ["playing", "H", [13, 13, 13, 13]]);
});

test("a resume with the missed events keeps what the page knows", () => {
  const before = applyEvent(joined(), { type: "said", seat: 1, text: "hi" }, 0);
  const state = reduce(before, { type: "joined", room: "K7M2QX", seat: 0, token: "u", version: 5, resumed: true, state: null }, 0);
  equal(state.cards, before.cards);
  equal(state.chat.length, 1);
});

test("a fresh state after a resume keeps the score sheet of this room only", () => {
  const before = { ...joined(), hands: [{ hand: 1 }] };
  const again = (room) => reduce(before, { type: "joined", room, seat: 0, version: 9, resumed: false, state: tableState() }, 0);
  equal(again("K7M2QX").hands.length, 1);
  equal(again("ZZZZZZ").hands.length, 0);
});

test("a seat that is left is free before the match, and keeps its name after it", () => {
  const left = { type: "left", seat: 2 };
  equal(applyEvent(joined({ phase: "waiting" }), left, 0).seats[2], null);
  equal(applyEvent(joined({ phase: "over", turn: null }), left, 0).seats[2].name, "C");
});

test("the match ends with its winner", () => {
  const state = applyEvent(joined(), { type: "match", winner: 1, score: [2, 7] }, 0);
  equal([state.phase, state.match], ["over", { winner: 1, score: [2, 7] }]);
});

test("a paused room says so until it goes on", () => {
  const paused = reduce(joined(), { type: "waiting", reason: "successor" }, 0);
  equal(paused.paused, "successor");
  equal(reduce(paused, { type: "running" }, 0).paused, null);
});

test("events and frames of a newer server are passed over", () => {
  const state = joined();
  equal(applyEvent(state, { type: "confetti", seat: 9 }, 0) === state, true);
  equal(reduce(state, { type: "weather" }, 0) === state, true);
});

test("the next player sits on the right, the partner on top", () => {
  const places = (seat) => [0, 1, 2, 3].map((other) => placeOf({ seat }, other));
  equal(places(0), ["bottom", "right", "top", "left"]);
  equal(places(3), ["right", "top", "left", "bottom"]);
  equal(places(null), ["bottom", "right", "top", "left"]);
});

test("the chat keeps a hundred lines", () => {
  let state = joined();
  for (let i = 0; i < 130; i++) state = applyEvent(state, { type: "said", seat: 1, text: String(i) }, 0);
  equal([state.chat.length, state.chat[0].text], [100, "30"]);
});
