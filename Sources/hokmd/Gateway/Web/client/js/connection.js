// One seat's way to the server: opens it, keeps it, and takes it up again where it broke. It knows
// the protocol's envelopes, not the game: frames go to `onFrame`, its own condition to `onStatus`.

import { backoff } from "./backoff.js";

const PING_EVERY = 20_000;
const ANSWER_WITHIN = 8_000;
const RESUMABLE = new Set(["play", "trump"]);

export class Connection {
  #socket = null;
  #first;
  #token;
  #version;
  #attempt = 0;
  #nextId = 1;
  #waiting = new Map();
  #timer = null;
  #pinger = null;
  #over = false;
  #joined = false;

  /// `first` is the message that gets a seat: create, join, quick or watch; or null with a `token`
  /// (and the last `version` seen, 0 for none), which resumes one.
  constructor({ first = null, token = null, version = 0, onFrame, onStatus, url = playURL() }) {
    this.#first = first;
    this.#token = token;
    this.#version = version;
    this.onFrame = onFrame;
    this.onStatus = onStatus;
    this.url = url;
    this.onWake = () => this.#wake();
    addEventListener("online", this.onWake);
    document.addEventListener("visibilitychange", this.onWake);
    this.#open();
  }

  get version() { return this.#version; }

  /// Sends a message. The promise gives the reply; an `error` reply too, as it came.
  /// A move that got no answer when the connection broke is sent again after the resume: its
  /// `hand` and `ply` make that safe. Others are answered with the code `unavailable`.
  send(message) {
    return new Promise((resolve) => {
      const id = this.#nextId++;
      this.#waiting.set(id, { message, resolve });
      if (this.#joined || !this.#token) this.#write({ ...message, id });
    });
  }

  /// Gives up this connection; the seat itself is left with a `leave` message.
  close() {
    this.#over = true;
    this.#silence();
    this.#socket?.close(1000);
    removeEventListener("online", this.onWake);
    document.removeEventListener("visibilitychange", this.onWake);
  }

  /// Breaks the connection as a lost network would. For tests.
  drop() {
    this.#socket?.close(3000);
  }

  #open() {
    this.#timer = null;
    this.#joined = false;
    this.onStatus({ kind: this.#attempt === 0 && !this.#token ? "connecting" : "reconnecting" });
    const socket = new WebSocket(this.url, "hokm.v1");
    this.#socket = socket;
    socket.onopen = () => this.#opened();
    socket.onmessage = ({ data }) => this.#socket === socket && this.#received(data);
    socket.onclose = ({ code }) => this.#socket === socket && this.#closed(code);
  }

  #opened() {
    const message = this.#token
      ? { type: "resume", token: this.#token, version: this.#version }
      : this.#first;
    this.#write({ ...message, id: this.#nextId++ });
    this.#pinger = setInterval(() => this.#ping(), PING_EVERY);
  }

  #received(data) {
    let frame;
    try { frame = JSON.parse(data); } catch { return; }
    this.#alive();
    if (frame.type === "joined") this.#take(frame);
    if (frame.type === "events") {
      if (frame.version <= this.#version) return;
      this.#version = frame.version;
    }
    const asked = this.#waiting.get(frame.re);
    if (asked) {
      this.#waiting.delete(frame.re);
      asked.resolve(frame);
    }
    if (frame.type !== "pong") this.onFrame(frame, Boolean(asked));
    if (frame.type === "joined") this.#again();
  }

  #take(frame) {
    this.#joined = true;
    this.#attempt = 0;
    if (frame.token) this.#token = frame.token;
    if (!frame.resumed) this.#version = frame.version;
    this.onStatus({ kind: "open" });
  }

  #again() {
    for (const [id, { message }] of [...this.#waiting]) {
      if (RESUMABLE.has(message.type)) {
        const fresh = this.#nextId++;
        this.#waiting.set(fresh, this.#waiting.get(id));
        this.#waiting.delete(id);
        this.#write({ ...message, id: fresh });
      }
    }
  }

  #closed(code) {
    this.#silence();
    if (this.#over) return;
    for (const [id, { message, resolve }] of [...this.#waiting]) {
      if (RESUMABLE.has(message.type) && code !== 4001 && code !== 1000) continue;
      this.#waiting.delete(id);
      resolve({ type: "error", code: "unavailable", lost: true });
    }
    if (code === 1000 || code === 4001) {
      this.#over = true;
      this.onStatus({ kind: code === 4001 ? "taken" : "ended" });
      return;
    }
    const delay = backoff(this.#attempt++, code);
    this.onStatus({ kind: "reconnecting", code, at: Date.now() + delay });
    this.#timer = setTimeout(() => this.#open(), delay);
  }

  #write(message) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  // A silent network does not close a socket: ask, and take no answer for a lost connection.
  #ping() {
    this.#write({ type: "ping", id: this.#nextId++ });
    this.answer ??= setTimeout(() => {
      const socket = this.#socket;
      this.#socket = null;
      socket?.close();
      this.#closed(1006);
    }, ANSWER_WITHIN);
  }

  #alive() {
    clearTimeout(this.answer);
    this.answer = null;
  }

  #wake() {
    if (document.visibilityState === "hidden" || this.#over) return;
    if (this.#timer !== null) {
      clearTimeout(this.#timer);
      this.#open();
    } else if (this.#socket?.readyState === WebSocket.OPEN) {
      this.#ping();
    }
  }

  #silence() {
    clearTimeout(this.#timer);
    clearInterval(this.#pinger);
    this.#timer = null;
    this.#alive();
  }
}

function playURL() {
  const url = new URL("/v1/play", location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  url.hash = "";
  return url.href;
}
