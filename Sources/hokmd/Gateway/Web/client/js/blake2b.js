// BLAKE2b (RFC 7693) of a message of at most one block, unkeyed, with a digest of 32 bytes: as much of
// it as checking the commitment of a deal needs.

const MASK = (1n << 64n) - 1n;
const BLOCK = 128, DIGEST = 32;

// Section 2.6: the fractional parts of the square roots of the first eight primes.
const IV = [
  0x6a09e667f3bcc908n, 0xbb67ae8584caa73bn, 0x3c6ef372fe94f82bn, 0xa54ff53a5f1d36f1n,
  0x510e527fade682d1n, 0x9b05688c2b3e6c1fn, 0x1f83d9abfb41bd6bn, 0x5be0cd19137e2179n,
];

// Section 2.7, a hexadecimal digit a word; rounds 10 and 11 are the first two again.
const SIGMA = [
  "0123456789abcdef", "ea489fd61c02b753", "b8c052fdae367194",
  "7931dcbe265a40f8", "905724afe1bc683d", "2c6a0b834d75fe19",
  "c51fed4a0763928b", "db7ec13950f4862a", "6fe9b308c2d714a5",
  "a2847615fb9e3cd0",
];

// Section 3.2: which words each of a round's eight mixings takes, columns first.
const MIXES = [
  [0, 4, 8, 12], [1, 5, 9, 13], [2, 6, 10, 14], [3, 7, 11, 15],
  [0, 5, 10, 15], [1, 6, 11, 12], [2, 7, 8, 13], [3, 4, 9, 14],
];

const turned = (word, bits) => ((word >> bits) | (word << (64n - bits))) & MASK;

function mix(v, [a, b, c, d], x, y) {
  v[a] = (v[a] + v[b] + x) & MASK;
  v[d] = turned(v[d] ^ v[a], 32n);
  v[c] = (v[c] + v[d]) & MASK;
  v[b] = turned(v[b] ^ v[c], 24n);
  v[a] = (v[a] + v[b] + y) & MASK;
  v[d] = turned(v[d] ^ v[a], 16n);
  v[c] = (v[c] + v[d]) & MASK;
  v[b] = turned(v[b] ^ v[c], 63n);
}

/// The digest of `message`, a Uint8Array of at most 128 bytes.
export function blake2b256(message) {
  if (message.length > BLOCK) throw new RangeError("one block at most");
  const block = new DataView(new ArrayBuffer(BLOCK));
  message.forEach((byte, i) => block.setUint8(i, byte));
  const words = Array.from({ length: 16 }, (_, i) => block.getBigUint64(8 * i, true));
  const h = [...IV];
  h[0] ^= 0x01010000n ^ BigInt(DIGEST);
  const v = [...h, ...IV];
  v[12] ^= BigInt(message.length);
  v[14] ^= MASK;
  for (let round = 0; round < 12; round++) {
    const order = SIGMA[round % 10];
    MIXES.forEach((mixing, i) =>
      mix(v, mixing, words[parseInt(order[2 * i], 16)], words[parseInt(order[2 * i + 1], 16)]));
  }
  const digest = new DataView(new ArrayBuffer(DIGEST));
  for (let i = 0; i < DIGEST / 8; i++) digest.setBigUint64(8 * i, h[i] ^ v[i] ^ v[i + 8], true);
  return new Uint8Array(digest.buffer);
}
