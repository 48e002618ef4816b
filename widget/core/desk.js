// The operator's desk: all that the widget knows, kept fresh by the live feed, and all that it can do. No DOM.
import { cards } from "./calls.js";
import { Collection } from "./collection.js";
import { callOfLeg, emptyState, replace, told } from "./desk-state.js";
import { Store } from "./store.js";

/** @typedef {import("./calls.js").Card} Card */
/** @typedef {import("./calls.js").LiveCall} LiveCall */
/** @typedef {import("./desk-state.js").DeskState} DeskState */
/** @typedef {import("./desk-state.js").Presence} Presence */

/** Topics of the feed and the right that each needs. @type {[string, string[]][]} */
const TOPICS = [
  ["calls", ["calls.own", "calls.read"]],
  ["operators", ["presence.read", "presence.self"]],
  ["queues", ["queues.read"]],
  ["callbacks", ["callbacks.read"]],
  ["missed", ["missed.read"]],
];
/** After a conversation has ended here, the server's word on it is asked for when the feed was silent. */
const SETTLE_MS = 1500;

export class Desk {
  /**
   * @param {{session: import("./session.js").Session, phone: import("./phone.js").Phone, now?: () => number,
   *   wait?: (ms: number) => Promise<void>}} ports
   */
  constructor({ session, phone, now = Date.now, wait = (ms) => new Promise((done) => void setTimeout(done, ms)) }) {
    this.session = session;
    this.phone = phone;
    this.now = now;
    this.wait = wait;
    /** @type {Store<DeskState>} */
    this.store = new Store(emptyState());
    /** @type {Collection<LiveCall>} */
    this.calls = new Collection((call) => call.id);
    /** @type {Collection<any>} */
    this.missed = new Collection((one) => one.id);
    /** @type {Collection<any>} */
    this.callbacks = new Collection((one) => one.id);
    /** Calls that we asked for: their rings are answered at once. @type {Set<string>} */
    this.asked = new Set();
    /** Lost legs that we have tried to replace. @type {Set<string>} */
    this.tried = new Set();
    /** Requests for calls under way. @type {Set<Promise<unknown>>} */
    this.asking = new Set();
    /** The feed is always begun anew: everything is read after it. @type {number|null} */
    this.cursor = null;
    /** Changes that came while everything was being read. @type {any[]|null} */
    this.held = null;
    /** @type {((name: string, detail: any) => void)} what the host page hears */
    this.onEvent = () => {};
    phone.wanted = (call) => this.#isAsked(call);
    phone.store.subscribe(() => this.#draw());
    phone.onEnded = () => void this.#settle();
  }

  get state() {
    return this.store.value;
  }

  get user() {
    return this.session.user;
  }

  /** @param {...string} rights one of them is enough */
  may(...rights) {
    const own = this.user?.rights ?? [];
    return own.includes("*") || rights.some((right) => own.includes(right));
  }

  /** Topics of the feed that the user may see. */
  get topics() {
    return TOPICS.filter(([, rights]) => this.may(...rights)).map(([topic]) => topic);
  }

  /** @param {string} method @param {string} path @param {any} [body] @param {{blob?: boolean}} [options] */
  request(method, path, body, options = {}) {
    return this.session.request(method, path, { body, ...options });
  }

  /** Read everything anew: at the start and after a gap in the feed. */
  async load() {
    const get = (/** @type {string} */ path) => this.#optional(() => this.request("GET", path), null);
    const list = async (/** @type {string} */ path) => (await get(path))?.items ?? [];
    const own = this.may("calls.own");
    const present = this.may("presence.self");
    const [calls, presence, reasons, team, queues, missed, callbacks, forward, callerIds] = await Promise.all([
      own ? list("/me/calls") : [],
      present ? get("/me/presence") : null,
      present ? list("/break-reasons") : [],
      this.may("presence.read") ? list("/operators") : [],
      this.may("queues.read") ? list("/queues/live") : [],
      this.may("missed.read") ? list("/missed-calls?open=true&limit=50") : [],
      this.may("callbacks.read") ? list("/callbacks?open=true&limit=50") : [],
      own ? get("/me/forwards") : null,
      own ? list("/me/caller-ids") : [],
    ]);
    this.calls.load(calls);
    this.missed.load(missed);
    this.callbacks.load(callbacks);
    this.store.set({ presence, reasons, team, queues, forward, missed, callbacks, callerIds });
    this.#draw();
  }

  /** What a user without an extension, or a server of another version, does not have. @template T @param {() => Promise<T>} read @param {T} otherwise */
  async #optional(read, otherwise) {
    try {
      return await read();
    } catch (error) {
      const status = /** @type {any} */ (error).status;
      if (status === 404 || status === 403 || status === 409) return otherwise;
      throw error;
    }
  }

  /** Take one message of the feed in. @param {import("./feed.js").Message} message */
  take(message) {
    if (message.type === "ready" || message.type === "reset") void this.#begin();
    else if (message.type === "change" && this.held) this.held.push(message);
    else if (message.type === "change") this.#change(message);
  }

  /** Read everything; changes wait, so that nothing old replaces what is newer. */
  async #begin() {
    this.held ??= [];
    try {
      await this.load();
    } catch (error) {
      this.complain(error);
    }
    const held = this.held ?? [];
    this.held = null;
    for (const message of held) this.#change(message);
  }

  /** @param {import("./feed.js").Message} message */
  #change({ topic, key, kind, data }) {
    if (topic === "calls") {
      if (kind === "ended") this.#ended(key, data);
      else this.calls.put({ ...data, id: key });
      this.#draw();
    } else if (topic === "operators") this.#operator(key, data);
    else if (topic === "queues") this.store.set({ queues: replace(this.state.queues, "queue_id", key, data) });
    else if (topic === "missed") this.#listed("missed", key, data, !data.closed_at && kind !== "closed");
    else if (topic === "callbacks") this.#listed("callbacks", key, data, !["done", "failed", "cancelled"].includes(data.state));
  }

  /** @param {"missed"|"callbacks"} name @param {string} key @param {any} data @param {boolean} open */
  #listed(name, key, data, open) {
    if (open) this[name].put({ ...data, id: key });
    else this[name].drop(key);
    const newest = (/** @type {any} */ one) => Date.parse(one.at ?? one.requested_at ?? 0);
    this.store.set({ [name]: this[name].list().sort((/** @type {any} */ a, /** @type {any} */ b) => newest(b) - newest(a)) });
  }

  /** @param {string} id @param {Presence} presence */
  #operator(id, presence) {
    if (id === this.user?.id && presence.status !== this.state.presence?.status) this.onEvent("status", presence);
    if (id === this.user?.id) this.store.set({ presence });
    const team = this.state.team.map((one) => (one.user_id === id ? { ...one, ...presence } : one));
    this.store.set({ team });
  }

  /** @param {string} key @param {any} data */
  #ended(key, data) {
    const call = this.calls.get(key);
    this.calls.drop(key);
    this.asked.delete(key);
    if (call) this.onEvent("call:ended", { callId: key, number: call.caller, outcome: data?.outcome ?? null, talkSeconds: data?.talk_s ?? 0 });
  }

  #draw() {
    const { connection, reason, calls } = this.phone.store.value;
    const self = { userId: this.user?.id ?? "", extension: this.state.ownPhone?.extension ?? this.user?.extension ?? null, hasPhone: connection === "registered" };
    const before = new Map(this.state.cards.map((card) => [card.key, card.stage]));
    const next = cards(this.calls.list(), calls, self);
    this.store.set({ cards: next, phone: { connection, reason } });
    for (const card of next) {
      if (before.get(card.key) === card.stage) continue;
      if (card.stage === "ringing") this.onEvent("call:ringing", told(card));
      if (card.stage === "talking" && before.get(card.key) !== "held") this.onEvent("call:answered", told(card));
    }
  }

  async #settle() {
    await this.wait(SETTLE_MS);
    if (!this.session.user || !this.may("calls.own")) return;
    const answer = await this.request("GET", "/me/calls").catch(() => null);
    if (answer) this.calls.load(answer.items);
    this.#draw();
  }

  /** Whether we asked for this call: a ring may come before the answer to our request. @param {{leg: string}} ring */
  async #isAsked(ring) {
    if (!ring.leg) return false;
    const id = callOfLeg(ring.leg);
    if (this.asked.has(id)) return true;
    await Promise.allSettled([...this.asking]);
    return this.asked.has(id);
  }

  /** @template T @param {Promise<T>} request @returns {Promise<T>} */
  async #asks(request) {
    this.asking.add(request);
    try {
      return await request;
    } finally {
      this.asking.delete(request);
    }
  }

  /** Call `to`: the own phone first, then the other side. @param {string} to @param {string} [callerId] */
  async call(to, callerId) {
    const body = { to, ...(callerId ? { caller_id: callerId } : {}) };
    const started = this.request("POST", "/calls", body).then((answer) => this.asked.add(answer.call_id) && answer);
    return this.#asks(started);
  }

  /** Be in the call again after this page was loaded anew. @param {Card} card */
  async rejoin(card) {
    if (!card.callId) return;
    this.asked.add(card.callId);
    await this.#asks(this.request("POST", `/calls/${card.callId}/rejoin`));
  }

  /** Calls that this phone was in before its page was loaded anew: be in them again, once each. */
  async rejoinLost() {
    if (this.phone.connection !== "registered") return;
    for (const card of this.state.cards) {
      if (card.stage !== "lost" || !card.channelId || this.tried.has(card.channelId)) continue;
      this.tried.add(card.channelId);
      await this.rejoin(card).catch((error) => this.complain(error));
    }
  }

  /** Forget everything: the sign-in is over. */
  reset() {
    this.calls.load([]);
    this.asked.clear();
    this.tried.clear();
    this.store.set(emptyState());
  }

  /** @param {Card} card */
  async answer(card) {
    if (card.sessionId) await this.phone.answer(card.sessionId);
  }

  /** Hang up, or reject what rings. @param {Card} card */
  async hangUp(card) {
    if (card.sessionId) this.phone.hangUp(card.sessionId);
    else if (card.callId) await this.request("POST", `/calls/${card.callId}/hang-up`);
  }

  /** @param {Card} card @param {boolean} on */
  mute(card, on) {
    if (card.sessionId) this.phone.mute(card.sessionId, on);
  }

  /** A command of the server's. @param {Card} card @param {string} path as `hold`, `transfer`, `members/{id}`
   * @param {any} [body] @param {string} [method] */
  act(card, path, body, method = "POST") {
    return this.request(method, `/calls/${card.callId}/${path}`, body);
  }

  /** @param {string} status @param {string|null} [reason] @param {"asked"|"idle"} [why] */
  async setStatus(status, reason = null, why = "asked") {
    const presence = await this.request("PUT", "/me/presence", { status, why, ...(reason ? { reason_id: reason } : {}) });
    if (presence) this.store.set({ presence });
  }

  /** More time to finish the work after a call. @param {number} seconds */
  async extendWrapUp(seconds) {
    const presence = await this.request("POST", "/me/presence/extend", { seconds });
    if (presence) this.store.set({ presence });
  }

  /** Send the own calls to another phone until a time, or (null) to the own one again. @param {{to: string, until: string}|null} forward */
  async setForward(forward) {
    const answer = await this.request(forward ? "PUT" : "DELETE", "/me/forwards", forward ?? undefined);
    this.store.set({ forward: forward ? (answer ?? forward) : null });
  }

  /** Tell of a failure. @param {unknown} error */
  complain(error) {
    this.notify("bad", error instanceof Error ? error.message : String(error));
  }

  /** @param {"good"|"warn"|"bad"} tone @param {string} text */
  notify(tone, text) {
    this.store.set({ notice: { tone, text, at: this.now() } });
  }
}
