// What the page knows of the rules, for hints only: the server decides.

export const SUITS = ["S", "H", "D", "C"];
export const RANKS = "23456789TJQKA";
export const TRICKS_TO_WIN = 7;

export const rankOf = (card) => card[0];
export const suitOf = (card) => card[1];
export const teamOf = (seat) => seat % 2;
export const partnerOf = (seat) => (seat + 2) % 4;
/// The next seat in turn, which sits to the right.
export const nextOf = (seat) => (seat + 1) % 4;

export const isCard = (text) =>
  typeof text === "string" && text.length === 2 && RANKS.includes(text[0]) && SUITS.includes(text[1]);

/// The cards of `hand` that may be played on `trick`: suit must be followed.
export function legalCards(hand, trick) {
  if (trick.length === 0) return [...hand];
  const led = suitOf(trick[0].card);
  const following = hand.filter((card) => suitOf(card) === led);
  return following.length > 0 ? following : [...hand];
}

/// The seat that takes the trick as it lies, or null.
export function winning(trick, trump) {
  if (trick.length === 0) return null;
  const led = suitOf(trick[0].card);
  const strength = ({ card }) => {
    const rank = RANKS.indexOf(rankOf(card));
    if (suitOf(card) === trump) return 100 + rank;
    return suitOf(card) === led ? rank : -1;
  };
  return trick.reduce((best, play) => (strength(play) > strength(best) ? play : best)).seat;
}

/// A hand in the order in which people hold it: trump first, then the suits with the colours
/// alternating where that is possible, each from the ace down.
export function sortHand(cards, trump) {
  const held = new Set(cards.map(suitOf));
  const order = suitOrder(SUITS.filter((suit) => held.has(suit)), trump);
  return [...cards].sort(
    (a, b) =>
      order.indexOf(suitOf(a)) - order.indexOf(suitOf(b)) ||
      RANKS.indexOf(rankOf(b)) - RANKS.indexOf(rankOf(a)));
}

const isRed = (suit) => suit === "H" || suit === "D";

function suitOrder(suits, trump) {
  let best = suits;
  let fewest = Infinity;
  for (const order of permutations(suits)) {
    const clashes = order.filter((suit, i) => i > 0 && isRed(suit) === isRed(order[i - 1])).length;
    const away = trump && order.includes(trump) ? order.indexOf(trump) * 10 : 0;
    if (clashes + away < fewest) [best, fewest] = [order, clashes + away];
  }
  return best;
}

function permutations(items) {
  if (items.length < 2) return [items];
  return items.flatMap((item, i) =>
    permutations([...items.slice(0, i), ...items.slice(i + 1)]).map((rest) => [item, ...rest]));
}

/// The number of cards played in this hand, 0–51: the `ply` of the next play.
export const plyOf = (state) => (state.tricks[0] + state.tricks[1]) * 4 + state.trick.length;
