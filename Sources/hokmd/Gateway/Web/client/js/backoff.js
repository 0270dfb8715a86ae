// How long to wait before the next try to connect, in milliseconds: doubling from `base`, at most
// `most`, and half of it drawn at random, so that a restarted gateway is not met by all at once.

const LIMITS = { base: 300, most: 10_000, overloaded: 5_000 };

/// `attempt` counts from 0. `code` is the close code of the connection that was lost.
export function backoff(attempt, code, random = Math.random) {
  const least = code === 1013 || code === 4008 ? LIMITS.overloaded : LIMITS.base;
  const whole = Math.min(LIMITS.most, least * 2 ** Math.min(attempt, 10));
  return Math.round(whole / 2 + (whole / 2) * random());
}
