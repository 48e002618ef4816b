// The operator's desk: what it knows (desk-feed.js) and all that it can do. No DOM.
import { DeskFeed } from "./desk-feed.js";
import { callOfLeg, isAbsence } from "./desk-state.js";

/** @typedef {import("./calls.js").Card} Card */

export class Desk extends DeskFeed {
  /** Lost legs that we have tried to replace. @type {Set<string>} */
  #tried = new Set();
  /** Requests for calls under way. @type {Set<Promise<unknown>>} */
  #asking = new Set();

  /** @param {ConstructorParameters<typeof DeskFeed>[0]} ports */
  constructor(ports) {
    super(ports);
    this.phone.wanted = (call) => this.#isAsked(call);
  }

  /** Whether we asked for this call: a ring may come before the answer to our request. @param {{leg: string}} ring */
  async #isAsked(ring) {
    if (!ring.leg) return false;
    const id = callOfLeg(ring.leg);
    if (this.asked.delete(id)) return true;
    await Promise.allSettled([...this.#asking]);
    return this.asked.delete(id);
  }

  /** @template T @param {Promise<T>} request @returns {Promise<T>} */
  async #asks(request) {
    this.#asking.add(request);
    try {
      return await request;
    } finally {
      this.#asking.delete(request);
    }
  }

  /** Call `to`: the own phone first, then the other side. @param {string} to @param {string} [callerId] */
  call(to, callerId) {
    return this.place("/calls", { to, ...(callerId ? { caller_id: callerId } : {}) });
  }

  /** Ask for a call by any way that there is; the own phone's ring is answered at once. @param {string} path @param {any} [body] */
  place(path, body) {
    return this.#asks(this.request("POST", path, body).then((answer) => this.asked.add(answer.call_id) && answer));
  }

  /** Be in the call again after this page was loaded anew. @param {Card} card */
  async rejoin(card) {
    if (!card.callId) return;
    this.asked.add(card.callId);
    try {
      await this.#asks(this.request("POST", `/calls/${card.callId}/rejoin`));
    } catch (error) {
      this.asked.delete(card.callId);
      throw error;
    }
  }

  /** Calls that this phone was in before its page was loaded anew: be in them again, once each. */
  async rejoinLost() {
    if (this.phone.connection !== "registered") return;
    for (const card of this.state.cards) {
      // A leg that this page had was not lost with another page: it was hung up.
      if (card.sessionId && card.channelId) this.#tried.add(card.channelId);
      if (card.stage !== "lost" || !card.channelId || this.#tried.has(card.channelId)) continue;
      this.#tried.add(card.channelId);
      await this.rejoin(card).catch((error) => this.complain(error));
    }
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

  /**
   * Send the own calls to another phone until a time, or (null) to the own one again; other rules stay as they are.
   * @param {{number: string, until: string}|null} wanted
   */
  async setForward(wanted) {
    const now = await this.request("GET", "/me/forwards");
    const others = now.forwards.filter((/** @type {any} */ one) => !isAbsence(one));
    const rule = wanted && { when: "always", to: { kind: "external", number: wanted.number.replace("+", "") }, until: wanted.until };
    const forwards = rule ? [rule, ...others] : others;
    this.store.set({ forward: await this.request("PUT", "/me/forwards", { forwards, version: now.version }) });
  }
}
