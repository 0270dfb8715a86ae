// Whether a hand's deal is the one that was promised before it: the seed that is shown after the
// hand must give the commitment that came with the deal.

import { blake2b256 } from "./blake2b.js";

const PREFIX = "hokmd.deal.v1";
const HEX = /^[0-9a-f]{64}$/;

const bytesOf = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
const hexOf = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/// BLAKE2b-256 over the prefix, the seed's 32 bytes, the room's code and the hand's number in 4
/// bytes, little-endian; in hexadecimal.
export function commitmentTo({ seed, room, hand }) {
  const text = new TextEncoder();
  const number = new DataView(new ArrayBuffer(4));
  number.setUint32(0, hand, true);
  return hexOf(blake2b256(Uint8Array.from([
    ...text.encode(PREFIX), ...bytesOf(seed), ...text.encode(room), ...new Uint8Array(number.buffer),
  ])));
}

/// True or false for a finished hand of `room`; null where there is nothing to compare with (this
/// page did not see the hand begin).
export function isAsPromised({ hand, commitment, reveal }, room) {
  if (!commitment || !reveal || !HEX.test(reveal.seed ?? "")) return null;
  return commitmentTo({ seed: reveal.seed, room, hand }) === commitment;
}
