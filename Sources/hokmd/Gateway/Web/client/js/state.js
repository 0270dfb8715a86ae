// The table as this seat may see it: a pure reducer. (state, frame, now) -> state, where a frame is
// what the server sent and `now` is a time in milliseconds that only deadlines are counted from.

import { partnerOf, plyOf, teamOf } from "./rules.js";

export const CHAT_KEPT = 100;

export const initial = Object.freeze({
  room: null, seat: null, spectator: false, version: 0,
  phase: null, seats: [null, null, null, null], target: 7, score: [0, 0],
  hand: 0, hakem: null, trump: null, cards: [], counts: [0, 0, 0, 0],
  turn: null, trick: [], tricks: [0, 0], commitment: null,
  draw: [], lastTrick: null, hands: [], match: null, chat: [], said: [null, null, null, null],
  paused: null, notice: null, queued: null,
});

/// Applies any frame from the server. Frames that say nothing about the table leave it as it is.
export function reduce(state, frame, now) {
  switch (frame.type) {
    case "joined": return joined(state, frame, now);
    case "events": {
      if (frame.version <= state.version) return state;
      const after = frame.events.reduce((table, event) => applyEvent(table, event, now), state);
      return { ...after, version: frame.version };
    }
    case "queued": return { ...state, queued: frame.position };
    case "waiting": return { ...state, paused: String(frame.reason ?? "") };
    case "running": return { ...state, paused: null };
    case "notice": return { ...state, notice: { text: String(frame.text ?? ""), at: now } };
    default: return state;
  }
}

function joined(state, frame, now) {
  const seat = frame.seat ?? null;
  const here = { room: frame.room, seat, spectator: seat === null, queued: null, paused: null };
  // Resumed: the events that were missed follow one by one.
  if (frame.resumed && !frame.state) return { ...state, ...here };
  const table = frame.state;
  const again = state.room === frame.room;
  const next = {
    ...initial, ...here, version: frame.version,
    phase: table.phase, seats: table.seats, target: table.target, score: table.score,
    hand: table.hand, hakem: table.hakem, trump: table.trump, cards: table.cards ?? [],
    counts: table.counts, trick: table.trick ?? [], tricks: table.tricks,
    commitment: table.commitment ?? null,
    // Kept from before: the state tells the score, not the hands that led to it.
    hands: again ? state.hands : [], chat: again ? state.chat : [],
    lastTrick: again && state.hand === table.hand ? state.lastTrick : null,
    match: table.phase === "over" ? { winner: leader(table.score), score: table.score } : null,
  };
  return { ...next, turn: turnOf(next, table, now) };
}

const leader = (score) => (score[0] >= score[1] ? 0 : 1);

function turnOf(state, table, now) {
  if (table.turn === null || table.turn === undefined) return null;
  return {
    seat: table.turn,
    action: state.phase === "choosing_trump" ? "trump" : "play",
    hand: state.hand, ply: table.ply ?? plyOf(state), ...clock(table.deadline_ms, now),
  };
}

function clock(milliseconds, now) {
  if (milliseconds === null || milliseconds === undefined) return { endsAt: null, lasts: null };
  return { endsAt: now + milliseconds, lasts: milliseconds };
}

const replaced = (list, index, value) => list.map((old, i) => (i === index ? value : old));

/// Applies one event of an `events` frame.
export function applyEvent(state, event, now) {
  const apply = EVENTS[event.type];
  return apply ? apply(state, event, now) : state;
}

const EVENTS = {
  seated: (state, { seat, name, bot }) => ({
    ...state, seats: replaced(state.seats, seat, { name, bot: Boolean(bot), online: true }),
  }),

  presence: (state, { seat, online }) => state.seats[seat]
    ? { ...state, seats: replaced(state.seats, seat, { ...state.seats[seat], online }) }
    : state,

  // Before the match the seat is free again; in it `seated` follows, with the bot that takes over;
  // after it the name stays with the result.
  left: (state, { seat }) => {
    const gone = state.phase === "over" && state.seats[seat]
      ? { ...state.seats[seat], online: false } : null;
    return { ...state, seats: replaced(state.seats, seat, gone) };
  },

  hakem: (state, { seat, draw }) => ({
    ...state, phase: "choosing_hakem", hakem: seat, draw: draw ?? [], trump: null, turn: null,
    trick: [], cards: [], counts: [0, 0, 0, 0],
  }),

  deal: (state, { hand, commitment }) => ({
    ...state, phase: "choosing_trump", hand, commitment: commitment ?? null,
    trump: null, trick: [], tricks: [0, 0], cards: [], draw: [], lastTrick: null,
    counts: [0, 1, 2, 3].map((seat) => (seat === state.hakem ? 5 : 0)),
  }),

  cards: (state, { cards }) => ({
    ...state, cards: [...cards], counts: replaced(state.counts, state.seat, cards.length),
  }),

  turn: (state, event, now) => ({
    ...state,
    turn: {
      seat: event.seat, action: event.action, hand: event.hand, ply: event.ply,
      ...clock(event.deadline_ms, now),
    },
  }),

  trump: (state, { suit }) => ({
    ...state, phase: "playing", trump: suit, turn: null, counts: [13, 13, 13, 13],
  }),

  played: (state, { seat, card }) => ({
    ...state, turn: null,
    trick: [...state.trick, { seat, card }],
    cards: seat === state.seat ? state.cards.filter((held) => held !== card) : state.cards,
    counts: replaced(state.counts, seat, Math.max(0, state.counts[seat] - 1)),
  }),

  trick: (state, { winner, tricks }) => ({
    ...state, tricks, trick: [], lastTrick: { winner, cards: state.trick },
  }),

  hand: (state, { winner, points, kot, score, reveal }) => ({
    ...state, score, turn: null,
    hands: [...state.hands, {
      hand: state.hand, winner, points, kot, score, hakem: state.hakem, trump: state.trump,
      tricks: state.tricks, commitment: state.commitment, reveal: reveal ?? null,
    }],
  }),

  match: (state, { winner, score }) => ({
    ...state, phase: "over", score, turn: null, match: { winner, score },
  }),

  said: (state, { seat, text }, now) => speak(state, { seat, text: String(text), at: now }),
  emoted: (state, { seat, emote }, now) => speak(state, { seat, emote: String(emote), at: now }),
};

function speak(state, line) {
  const { name = "", bot = false } = state.seats[line.seat] ?? {};
  return {
    ...state,
    chat: [...state.chat, { ...line, name, bot }].slice(-CHAT_KEPT),
    said: replaced(state.said, line.seat, line),
  };
}

/// Where a seat is on the page: bottom is me (a spectator looks from seat 0), the next on my right.
export const placeOf = (state, seat) =>
  ["bottom", "right", "top", "left"][(seat - (state.seat ?? 0) + 4) % 4];

export const isMyTurn = (state) => state.turn !== null && state.turn.seat === state.seat;
export const myTeam = (state) => teamOf(state.seat ?? 0);
export const isMine = (state, seat) =>
  state.seat !== null && (seat === state.seat || seat === partnerOf(state.seat));
