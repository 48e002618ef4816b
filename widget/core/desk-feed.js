// All that the desk knows, kept fresh by the live feed. What it can do is in desk.js. No DOM.
import { cards } from "./calls.js";
import { Collection } from "./collection.js";
import { emptyState, replace, told } from "./desk-state.js";
import { readAll, topicsOf } from "./desk-load.js";
import { DeskCampaigns, RIGHTS as CAMPAIGN_RIGHTS, TOPIC as CAMPAIGNS } from "./desk-campaigns.js";
import { CallTexts, TOPIC } from "./desk-texts.js";
import { language } from "./language.js";
import { Store } from "./store.js";

/** @typedef {import("./calls.js").Card} Card */
/** @typedef {import("./calls.js").LiveCall} LiveCall */
/** @typedef {import("./desk-state.js").DeskState} DeskState */
/** @typedef {import("./desk-state.js").Presence} Presence */

/** After a conversation has ended here, the server's word on it is asked for when the feed was silent. */
const SETTLE_MS = 1500;

export class DeskFeed {
  /** Changes of calls that the feed has told. */
  #toldOfCalls = 0;

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
    /** The feed is always begun anew: everything is read after it. @type {number|null} */
    this.cursor = null;
    /** Changes that came while everything was being read. @type {any[]|null} */
    this.held = null;
    /** @type {((name: string, detail: any) => void)} what the host page hears */
    this.onEvent = () => {};
    /** What is said in the calls that are shown. */
    this.texts = new CallTexts(
      (path) => this.request("GET", path),
      (name, detail) => this.onEvent(name, detail),
    );
    /** Clients of campaigns: whom to call, whom one talks to, what is to be said of a call. */
    this.campaigns = new DeskCampaigns(
      (method, path, body) => this.request(method, path, body),
      () => this.user?.id,
    );
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
    return topicsOf(this);
  }

  /** @param {string} method @param {string} path @param {any} [body] @param {{blob?: boolean}} [options] */
  request(method, path, body, options = {}) {
    return this.session.request(method, path, { body, language: language(), ...options });
  }

  /** Read everything anew: at the start and after a gap in the feed. */
  async load() {
    const { calls, ...lists } = await readAll(this);
    this.calls.load(calls);
    this.missed.load(lists.missed);
    this.callbacks.load(lists.callbacks);
    this.store.set(lists);
    this.#draw();
  }

  /** Take one message of the feed in. @param {import("./feed.js").Message} message */
  take(message) {
    if (message.topic === TOPIC) this.texts.take(message);
    else if (message.topic === CAMPAIGNS) this.campaigns.take(message);
    else if (message.type === "ready" || message.type === "reset") void this.#begin();
    else if (message.type === "change" && this.held) this.held.push(message);
    else if (message.type === "change") this.#change(message);
  }

  /** Read everything; changes wait, so that nothing old replaces what is newer. */
  async #begin() {
    this.held ??= [];
    void this.texts.reload();
    if (this.may(...CAMPAIGN_RIGHTS)) void this.campaigns.load();
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
      // The feed tells a call whole; what an earlier answer of the API had worked out of it is out of date.
      else this.calls.set({ ...data, id: key });
      this.#toldOfCalls += 1;
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
    this.texts.follow(next);
    this.campaigns.follow(next);
    for (const card of next) {
      if (before.get(card.key) === card.stage) continue;
      if (card.stage === "ringing") this.onEvent("call:ringing", told(card));
      if (card.stage === "talking" && before.get(card.key) !== "held") this.onEvent("call:answered", told(card));
    }
  }

  async #settle() {
    await this.wait(SETTLE_MS);
    if (!this.session.user || !this.may("calls.own")) return;
    const before = this.#toldOfCalls;
    const answer = await this.request("GET", "/me/calls").catch(() => null);
    // What the feed told meanwhile is newer.
    if (answer && before === this.#toldOfCalls) this.calls.load(answer.items);
    this.#draw();
  }

  /** Forget everything: the sign-in is over. */
  reset() {
    this.calls.load([]);
    this.asked.clear();
    this.texts.reset();
    this.campaigns.reset();
    this.store.set(emptyState());
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
