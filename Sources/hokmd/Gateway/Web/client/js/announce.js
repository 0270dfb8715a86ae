// What a screen reader says of an event: pure sentences, and the live region that speaks them.

import { cardName, isolate, playerName, t } from "./i18n.js";
import { isMine, myTeam } from "./state.js";

const nameOf = (state, seat) =>
  seat === state.seat ? t("you") : isolate(playerName(state.seats[seat]));

export function teamName(state, team) {
  if (state.seat !== null) return t(team === myTeam(state) ? "us" : "them");
  return t("team.a", { a: nameOf(state, team), b: nameOf(state, team + 2) });
}

export const pointsText = ({ points, kot }) => t(kot === "none" ? `points.${points}` : `points.${kot}`);

const ordered = (state, pair) => (myTeam(state) === 0 ? pair : [pair[1], pair[0]]);

const SENTENCES = {
  seated: (state, { seat }) => t("say.seated", { name: nameOf(state, seat) }),
  left: (state, { seat }) =>
    t(state.phase === "waiting" ? "say.left.waiting" : "say.left", { name: nameOf(state, seat) }),
  presence: (state, { seat, online }) =>
    seat === state.seat ? "" : t(online ? "say.online" : "say.offline", { name: nameOf(state, seat) }),
  hakem: (state, { seat, draw }) => draw?.length
    ? t("say.draw", { name: nameOf(state, seat), card: cardName(draw.at(-1).card) })
    : t("say.hakem", { name: nameOf(state, seat) }),
  deal: (state, { hand }) => t("say.deal", { n: hand }),
  trump: (state, { seat, suit }) => t("say.trump", { name: nameOf(state, seat), suit: t(`suit.${suit}`) }),
  played: (state, { seat, card }) => t("say.played", { name: nameOf(state, seat), card: cardName(card) }),
  trick: (state, { winner, tricks }) => {
    const [a, b] = ordered(state, tricks);
    return t("say.trick", { name: nameOf(state, winner), a, b });
  },
  hand: (state, event) => {
    const [a, b] = ordered(state, event.score);
    return t("say.hand", { team: teamName(state, event.winner), points: pointsText(event), a, b });
  },
  match: (state, { winner, score }) => {
    const [a, b] = ordered(state, score);
    return t("say.match", { team: teamName(state, winner), a, b });
  },
  said: (state, { seat, text }) => t("say.said", { name: nameOf(state, seat), text: isolate(text) }),
  emoted: (state, { seat, emote }) =>
    t("say.said", { name: nameOf(state, seat), text: emoteText(emote) }),
  turn: (state, { seat, action }) =>
    seat === state.seat ? t(action === "trump" ? "say.turn.trump" : "say.turn") : "",
};

export const EMOTES = ["hello", "bravo", "thanks", "sorry", "wow", "laugh", "hurry", "bye"];
export const emoteText = (emote) => (EMOTES.includes(emote) ? t(`emote.${emote}`) : isolate(emote));

/// The sentence for `event`; `state` is the one before it for `left`, the one after it otherwise.
export const sentence = (state, event) => SENTENCES[event.type]?.(state, event) ?? "";

export { isMine, nameOf };

const KEPT = 6;

/// Speaks through a polite live region: each sentence is a line of its own, the oldest go.
export function announcer(region) {
  return (text) => {
    if (!text) return;
    const line = document.createElement("p");
    line.textContent = text;
    region.append(line);
    while (region.childElementCount > KEPT) region.firstElementChild.remove();
  };
}
