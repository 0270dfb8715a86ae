// The page's one model and everything that changes it. Views call these methods and are told of each
// change; nothing else touches the connection.

import { sentence } from "./announce.js";
import { Connection } from "./connection.js";
import { has, isolate, t } from "./i18n.js";
import { Pacer } from "./pacer.js";
import { sound } from "./sound.js";
import { applyEvent, initial, isMyTurn, reduce } from "./state.js";
import * as storage from "./storage.js";

const TOAST_LASTS = 3500;

export class App {
  #connection = null;
  #pacer;
  #render;
  #toastTimer = null;
  #wasLost = false;
  #options = null;

  constructor({ render, announce, now = Date.now }) {
    this.#render = render;
    this.announce = announce;
    this.now = now;
    this.model = {
      screen: "lobby", state: initial, settings: storage.savedSettings(), status: { kind: "idle" },
      invitation: null, kept: null, busy: false, panel: null, toast: null, result: null,
      pending: null, unread: 0, shown: 0,
    };
    this.#pacer = new Pacer({
      show: (item) => this.#show(item), speed: () => this.model.settings.speed,
    });
  }

  /// Begins: with the seat of this tab, with the invitation in the address, or in the lobby.
  start({ code }) {
    const seat = storage.seatOfTab();
    const kept = storage.seatOfBrowser();
    if (seat?.token && (!code || code === seat.room)) {
      this.resume(seat);
    } else {
      this.set({ invitation: code, kept: kept && kept.room !== code ? kept : null });
    }
  }

  set(changes) {
    this.model = { ...this.model, ...changes };
    this.#render(this.model);
  }

  change(setting, value) {
    const settings = { ...this.model.settings, [setting]: value };
    storage.keepSettings(settings);
    this.set({ settings });
  }

  open(panel) {
    this.set({ panel, unread: panel === "chat" ? 0 : this.model.unread });
  }

  toast(text, kind = "plain") {
    clearTimeout(this.#toastTimer);
    this.set({ toast: text ? { text, kind } : null });
    if (text) this.#toastTimer = setTimeout(() => this.set({ toast: null }), TOAST_LASTS);
  }

  // MARK: Getting a seat

  quick(name) { this.#enter({ type: "quick", name }); }
  watch(room) { this.#enter({ type: "watch", room }); }
  join(room, name, seat) {
    this.#enter({ type: "join", room, name, ...(seat === undefined ? {} : { seat }) });
  }

  create(name, options, { bots = false } = {}) {
    this.#options = { options, bots };
    this.#enter({ type: "create", name, options }, () => bots && this.bots());
  }

  resume({ token, room, seat, version = 0, kept = null }) {
    const state = kept ? { ...initial, ...kept, room, seat } : { ...initial, room, seat };
    this.#connect({ token, version });
    this.set({ state, busy: true, kept: null });
  }

  #enter(first, joined) {
    if (first.name) storage.keepName(first.name);
    this.onJoined = joined ?? null;
    this.#connect({ first });
    this.set({ state: initial, busy: true, result: null, panel: null });
  }

  #connect(way) {
    this.#connection?.close();
    this.#pacer.clear();
    this.#wasLost = false;
    this.token = way.token ?? null;
    this.#connection = new Connection({
      ...way,
      onFrame: (frame, asked) => this.#receive(frame, asked),
      onStatus: (status) => this.#status(status),
    });
  }

  /// Back to the lobby without giving up anything but the connection (and a place in the queue).
  home() {
    this.#connection?.close();
    this.#connection = null;
    this.#pacer.clear();
    const kept = storage.seatOfBrowser();
    storage.forgetTab();
    history.replaceState(null, "", "/");
    this.set({
      screen: "lobby", state: initial, status: { kind: "idle" }, busy: false, panel: null,
      result: null, pending: null, invitation: null, unread: 0, kept,
    });
  }

  // MARK: Playing

  async bots() { this.#complain(await this.#send({ type: "bots" })); }

  async play(card) {
    const { turn } = this.model.state;
    if (this.model.pending || !isMyTurn(this.model.state) || turn.action !== "play") return;
    this.set({ pending: card });
    const reply = await this.#send({ type: "play", card, hand: turn.hand, ply: turn.ply });
    if (reply.type === "error") {
      this.set({ pending: null });
      this.#complain(reply);
    }
  }

  async trump(suit) {
    const { turn } = this.model.state;
    if (this.model.pending || !isMyTurn(this.model.state) || turn.action !== "trump") return;
    this.set({ pending: suit });
    const reply = await this.#send({ type: "trump", suit });
    if (reply.type === "error") {
      this.set({ pending: null });
      this.#complain(reply);
    }
  }

  async say(text) { this.#complain(await this.#send({ type: "say", text })); }
  async emote(emote) { this.#complain(await this.#send({ type: "emote", emote })); }

  /// Ends the pause that the eye is given just now.
  skip() {
    this.#pacer.skip();
    if (this.model.result) this.set({ result: null });
  }

  async leave() {
    const { spectator, phase } = this.model.state;
    const token = this.token;
    if (!spectator && this.model.status.kind === "open") await this.#send({ type: "leave" });
    if (phase !== null) storage.forgetSeat(token);
    this.home();
  }

  /// Opens a new table like this one and tells the old table where it is.
  rematch(link) {
    const old = this.#connection;
    const name = this.model.state.seats[this.model.state.seat]?.name ?? storage.savedName();
    const { target, seats } = this.model.state;
    const alone = seats.every((seat, i) => i === this.model.state.seat || seat?.bot);
    this.#connection = null;
    const before = this.#options ?? { options: { target } };
    this.create(name, before.options, { bots: alone });
    const then = this.onJoined;
    this.onJoined = () => {
      if (!alone) old?.send({ type: "say", text: t("rematch.said", { link: link(this.model.state.room) }) });
      old?.send({ type: "leave" }).then(() => old.close());
      then?.();
    };
  }

  /// Breaks the connection as a lost network would. For tests.
  drop() { this.#connection?.drop(); }

  #send(message) {
    return this.#connection
      ? this.#connection.send(message)
      : Promise.resolve({ type: "error", code: "unavailable" });
  }

  #complain(reply) {
    if (reply.type !== "error") return;
    const key = `error.${reply.code}`;
    this.toast(has(key) ? t(key) : t("error.other", { code: isolate(String(reply.code)) }), "bad");
  }

  // MARK: What comes

  #status(status) {
    const { kind } = status;
    if (kind === "reconnecting" && this.model.screen !== "lobby") this.#wasLost = true;
    if (kind === "open" && this.#wasLost) {
      this.#wasLost = false;
      this.toast(t("reconnected"), "good");
      this.announce(t("reconnected"));
    }
    if (kind === "reconnecting" && status.code !== undefined) this.announce(t("reconnecting"));
    this.set({ status });
    if (kind === "taken") {
      storage.forgetTab();
      this.set({ screen: "taken" });
    }
    if (kind === "ended" && this.model.screen !== "lobby" && this.model.state.phase !== "over") {
      this.toast(t("ended"));
      this.home();
    }
  }

  #receive(frame, asked) {
    const now = this.now();
    if (frame.type === "joined") {
      if (frame.token) this.token = frame.token;
      this.#pacer.push(frame, now);
      this.#keep();
    } else if (frame.type === "error") {
      if (!asked) this.#refused(frame);
    } else if (frame.type !== "ok") {
      this.#pacer.push(frame, now);
    }
  }

  // An error that answers no message of ours but the first one: no seat was had.
  #refused(frame) {
    if (frame.re === undefined || frame.re === null || this.model.status.kind === "open") {
      this.#complain(frame);
      return;
    }
    if (["bad_token", "no_such_room"].includes(frame.code)) storage.forgetSeat(this.token);
    const invitation = this.model.invitation;
    this.home();
    this.set({ invitation, kept: null });
    this.#complain(frame);
  }

  #show({ event, frame, version, at }) {
    const before = this.model.state;
    if (version !== undefined) {
      this.set({ state: { ...before, version } });
      this.#keep();
      return;
    }
    if (frame) return this.#showFrame(frame, at);
    const state = applyEvent(before, event, at);
    const changes = { state, shown: this.model.shown + 1, lastEvent: event };
    if (event.type === "played" || event.type === "trump" || event.type === "turn") changes.pending = null;
    if (event.type === "hand") changes.result = "hand";
    if (event.type === "match") changes.result = "match";
    if (event.type === "hakem" || event.type === "deal") changes.result = null;
    const heard = event.type === "said" || event.type === "emoted";
    if (heard && event.seat !== state.seat && this.model.panel !== "chat") changes.unread = this.model.unread + 1;
    this.set(changes);
    this.announce(sentence(event.type === "left" ? before : state, event));
    if (this.model.settings.sound) sound(event, isMyTurn(state));
  }

  #showFrame(frame, at) {
    const state = reduce(this.model.state, frame, at);
    const changes = { state };
    if (frame.type === "joined") {
      Object.assign(changes, { screen: "table", busy: false, pending: null, invitation: null });
      if (!frame.resumed) changes.result = state.phase === "over" ? "match" : null;
      history.replaceState(null, "", `/?room=${encodeURIComponent(state.room)}`);
    }
    if (frame.type === "queued") changes.screen = "queue";
    this.set(changes);
    if (frame.type === "joined") {
      const then = this.onJoined;
      this.onJoined = null;
      then?.();
    }
    if (frame.type === "waiting") this.announce(t("paused"));
    if (frame.type === "running") this.announce(t("running"));
    if (frame.type === "notice") {
      this.toast(state.notice.text);
      this.announce(state.notice.text);
    }
    this.#keep();
  }

  #keep() {
    const { state } = this.model;
    if (state.spectator || !this.token || !state.room) return;
    const { hands, chat, lastTrick, hand } = state;
    storage.keepSeat({ token: this.token, room: state.room, seat: state.seat, kept: { hands, chat, lastTrick, hand } });
  }
}

