// Invitations: `/?room=CODE` or `/#CODE`. Codes are Crockford base32 and forgive what people confuse.

import { asciiDigits } from "./i18n.js";

const CODE = /^[0-9A-HJKMNP-TV-Z]{6}$/;

/// The code that `text` means, or null.
export function readCode(text) {
  const code = asciiDigits(String(text ?? "")).toUpperCase().replace(/[\s\u2066-\u2069-]/g, "")
    .replace(/O/g, "0").replace(/[IL]/g, "1");
  return CODE.test(code) ? code : null;
}

export const roomInAddress = ({ search, hash }) =>
  readCode(new URLSearchParams(search).get("room")) ?? readCode(hash.slice(1));

export const linkTo = (room) => `${location.origin}/?room=${room}`;

/// The code in a link to a table that somebody said, or null.
export function roomInText(text) {
  const found = /[?&]room=([0-9A-Za-z]{6})\b/.exec(text);
  return found ? readCode(found[1]) : null;
}

/// Hands the link to the system's own sharing, or to the clipboard. Resolves with "shared",
/// "copied" or null.
export async function share(room, title) {
  const url = linkTo(room);
  if (navigator.share && matchMedia("(pointer: coarse)").matches) {
    try { await navigator.share({ title, url }); return "shared"; } catch { return null; }
  }
  try { await navigator.clipboard.writeText(url); return "copied"; } catch { return null; }
}
