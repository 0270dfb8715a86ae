// What the page remembers. The seat's token lives with the tab, so that several tabs can sit at one
// table; a copy outlives the browser, and is offered again. Storage may be refused: then nothing is kept.

const SEAT = "hokm.seat";
const SETTINGS = "hokm.settings";
const NAME = "hokm.name";
const SEAT_LASTS = 12 * 3600 * 1000;

function read(store, key) {
  try { return JSON.parse(store().getItem(key)); } catch { return null; }
}

function write(store, key, value) {
  try {
    if (value === null) store().removeItem(key);
    else store().setItem(key, JSON.stringify(value));
  } catch { /* Private mode or full: the game goes on without a memory. */ }
}

const tab = () => sessionStorage;
const browser = () => localStorage;

/// `{ token, room, seat, hands, chat, lastTrick, hand, options }` of this tab, or null.
export const seatOfTab = () => read(tab, SEAT);

/// The seat that another, closed tab of this browser held, or null.
export function seatOfBrowser(now = Date.now()) {
  const seat = read(browser, SEAT);
  return seat && now - seat.at < SEAT_LASTS ? seat : null;
}

export function keepSeat(seat, now = Date.now()) {
  write(tab, SEAT, seat);
  write(browser, SEAT, { token: seat.token, room: seat.room, seat: seat.seat, at: now });
}

export function forgetSeat(token) {
  write(tab, SEAT, null);
  if (read(browser, SEAT)?.token === token || !token) write(browser, SEAT, null);
}

/// Only what this tab keeps: after a takeover the seat is somebody's still.
export const forgetTab = () => write(tab, SEAT, null);

export const savedName = () => read(browser, NAME) ?? "";
export const keepName = (name) => write(browser, NAME, name);

const DEFAULTS = {
  language: "fa", theme: "auto", deck: "two", sound: false, speed: "calm", taps: 1,
};

export const savedSettings = () => ({ ...DEFAULTS, ...(read(browser, SETTINGS) ?? {}) });
export const keepSettings = (settings) => write(browser, SETTINGS, settings);
