// The live feed for all pages: one WebSocket with every topic that the user may follow; resumes by cursor.
import { retryAfter } from "../../core/feed.js";

// Topic -> the right that it needs (one of). What the API does not know is left out.
const TOPICS = {
  calls: ["calls.read", "calls.own"],
  config: ["telephony.read"],
  voicemail: ["recordings.read"],
  callbacks: ["callbacks.read", "calls.read"],
  operators: ["presence.read", "presence.self"],
  queues: ["queues.read"],
  missed: ["missed.read"],
  transcripts: ["recordings.read", "calls.own"],
  campaigns: ["campaigns.read", "campaigns.own"],
  tickets: ["tickets.read"],
};
const RENEW_MS = 240_000;

/** @typedef {{type: string, cursor: number, topic: string, kind: string, key: string, data: any}} Message */

export class Live {
  /** @param {any} app */
  constructor(app) {
    this.app = app;
    /** @type {Set<{topics: string[], take: (message: Message) => void}>} */
    this.followers = new Set();
    /** @type {WebSocket|null} */
    this.socket = null;
    /** @type {number|null} */
    this.cursor = null;
    this.connected = false;
    this.attempt = 0;
    this.wanted = false;
    this.timer = 0;
    this.renewal = 0;
  }

  /**
   * Tell ``take`` every change of these topics, and ``{type: "reset"}`` when everything should be read anew.
   * @param {string[]} topics @param {(message: Message) => void} take
   * @returns {() => void} ends it
   */
  follow(topics, take) {
    const follower = { topics, take };
    this.followers.add(follower);
    return () => this.followers.delete(follower);
  }

  topics() {
    const parameters = this.app.operation("GET", "/live")?.parameters ?? [];
    const known = parameters.find((/** @type {any} */ one) => one.name === "topics")?.schema.pattern ?? "";
    const allowed = Object.entries(TOPICS).filter(([, rights]) => rights.some((right) => this.app.may(right)));
    return allowed.map(([topic]) => topic).filter((topic) => new RegExp(`\\b${topic}\\b`).test(known));
  }

  open() {
    this.wanted = true;
    this.cursor = null;
    this.connect();
    window.clearInterval(this.renewal);
    this.renewal = window.setInterval(() => this.renew(), RENEW_MS);
  }

  close() {
    this.wanted = false;
    window.clearTimeout(this.timer);
    window.clearInterval(this.renewal);
    this.socket?.close();
    this.socket = null;
    this.state(false);
  }

  async connect() {
    const topics = this.topics();
    const token = topics.length ? await this.app.session.token().catch(() => "") : "";
    if (!this.wanted || !topics.length) return;
    if (!token) return this.again(1006);
    const since = this.cursor === null ? "" : `&since=${this.cursor}`;
    const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/api/v1/live?topics=${topics}${since}`);
    this.socket = socket;
    socket.onopen = () => socket.send(JSON.stringify({ type: "auth", token }));
    socket.onmessage = (event) => this.take(JSON.parse(event.data));
    socket.onclose = (event) => {
      if (this.socket !== socket) return;
      this.state(false);
      this.again(event.code);
    };
  }

  /** @param {number} code */
  again(code) {
    if (!this.wanted || !this.app.session.user) return;
    this.timer = window.setTimeout(() => this.connect(), retryAfter(code, this.attempt++) ?? 5000);
  }

  async renew() {
    if (this.socket?.readyState !== WebSocket.OPEN) return;
    const token = await this.app.session.token().catch(() => null);
    if (token) this.socket.send(JSON.stringify({ type: "auth", token }));
  }

  /** @param {Message} message */
  take(message) {
    const first = this.cursor === null;
    if (typeof message.cursor === "number") this.cursor = message.cursor;
    if (message.type === "ready") {
      this.attempt = 0;
      this.state(true);
      // What changed between the page's first reading and now is read once more.
      if (first) this.tell({ ...message, type: "reset" });
      return;
    }
    this.tell(message);
  }

  /** @param {Message} message */
  tell(message) {
    for (const follower of [...this.followers]) {
      if (message.type === "reset" || follower.topics.includes(message.topic)) follower.take(message);
    }
  }

  /** @param {boolean} connected */
  state(connected) {
    this.connected = connected;
    this.app.tell("live");
  }
}
