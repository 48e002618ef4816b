// The phone: whether it is reachable, and the conversations on it. SIP itself is behind `Agent` (net/softphone.js). No DOM.
import { Store } from "./store.js";

/** @typedef {"off"|"elsewhere"|"connecting"|"registered"|"lost"|"refused"} Connection */
/** @typedef {"ringing"|"answering"|"up"|"ended"} Stage */

/**
 * `elsewhere`: another tab is the phone. `lost`: was reachable, tries again. `refused`: the server does not want us.
 * @type {Record<Connection, Connection[]>}
 */
const CONNECTIONS = {
  off: ["connecting", "elsewhere"],
  elsewhere: ["connecting", "off"],
  connecting: ["registered", "lost", "refused", "off"],
  registered: ["lost", "refused", "off"],
  lost: ["registered", "connecting", "refused", "off"],
  refused: ["connecting", "off"],
};

/** @type {Record<Stage, Stage[]>} */
const STAGES = { ringing: ["answering", "ended"], answering: ["up", "ended"], up: ["ended"], ended: [] };

/**
 * One conversation as the agent gives it. `leg` is the channel's id in the call, "" when the server did not tell;
 * `auto`: the caller asks the phone to answer by itself.
 * @typedef {{id: string, leg: string, number: string, name: string, auto?: boolean,
 *   answer(): Promise<void>, hangUp(): void, mute(on: boolean): void,
 *   onUp: () => void, onEnded: (cause: string) => void}} AgentSession
 */
/**
 * @typedef {{start(): Promise<void>, stop(): Promise<void>, retry(): void,
 *   onConnection: (state: Connection, reason?: string) => void, onSession: (session: AgentSession) => void}} Agent
 */
/** What the rest of the widget sees of a conversation.
 * @typedef {{id: string, leg: string, number: string, name: string, stage: Stage, muted: boolean, since: number,
 *   upSince: number|null}} PhoneCall */

export class Phone {
  /** @type {Map<string, AgentSession>} */
  #sessions = new Map();

  /**
   * @param {{now?: () => number, wanted?: (call: PhoneCall) => Promise<boolean>, willing?: () => Promise<boolean>}} ports
   *   `wanted`: whether a call that comes in was asked for by us and is to be answered at once; `willing`: whether a
   *   call that asks for it may be.
   */
  constructor({ now = Date.now, wanted = async () => false, willing = async () => false } = {}) {
    this.now = now;
    this.wanted = wanted;
    this.willing = willing;
    /** @type {Agent|null} */
    this.agent = null;
    /** @type {Store<{connection: Connection, reason: string, calls: PhoneCall[]}>} */
    this.store = new Store({ connection: /** @type {Connection} */ ("off"), reason: "", calls: /** @type {PhoneCall[]} */ ([]) });
    /** @type {(call: PhoneCall, cause: string) => void} */
    this.onEnded = () => {};
  }

  get connection() {
    return this.store.value.connection;
  }

  get calls() {
    return this.store.value.calls;
  }

  /** Be a phone through `agent`. @param {Agent} agent */
  async start(agent) {
    await this.stop();
    this.agent = agent;
    agent.onConnection = (state, reason) => this.#connect(state, reason);
    agent.onSession = (session) => this.#incoming(session);
    this.#connect("connecting");
    await agent.start();
  }

  async stop() {
    const agent = this.agent;
    this.agent = null;
    for (const session of this.#sessions.values()) session.hangUp();
    await agent?.stop();
    this.#connect("off");
  }

  /** Another tab is the phone. */
  yield() {
    this.#connect("elsewhere");
  }

  /** The network or the machine woke up: try at once. */
  wake() {
    if (this.connection === "lost") this.agent?.retry();
  }

  /** @param {Connection} to @param {string} [reason] */
  #connect(to, reason = "") {
    if (CONNECTIONS[this.connection].includes(to)) this.store.set({ connection: to, reason });
  }

  /** @param {AgentSession} session */
  async #incoming(session) {
    this.#sessions.set(session.id, session);
    const alone = this.#sessions.size === 1;
    /** @type {PhoneCall} */
    const call = {
      id: session.id,
      leg: session.leg,
      number: session.number,
      name: session.name,
      stage: "ringing",
      muted: false,
      since: this.now(),
      upSince: null,
    };
    session.onUp = () => this.#move(call.id, "up", { upSince: this.now() });
    session.onEnded = (cause) => {
      const ended = this.#move(call.id, "ended");
      this.#sessions.delete(call.id);
      this.store.set({ calls: this.calls.filter((one) => one.id !== call.id) });
      if (ended) this.onEnded(ended, cause);
    };
    const asked = (await this.wanted(call)) || (session.auto === true && alone && (await this.willing()));
    if (!this.#sessions.has(call.id)) return;
    this.store.set({ calls: [...this.calls, call] });
    if (asked) await this.answer(call.id);
  }

  /**
   * @param {string} id @param {Stage} to @param {Partial<PhoneCall>} [changes]
   * @returns {PhoneCall|null} null when the step is impossible: it has no effect
   */
  #move(id, to, changes = {}) {
    const call = this.calls.find((one) => one.id === id);
    if (!call || !STAGES[call.stage].includes(to)) return null;
    const moved = { ...call, ...changes, stage: to };
    this.store.set({ calls: this.calls.map((one) => (one.id === id ? moved : one)) });
    return moved;
  }

  /** Answer; microphone errors end the attempt and are thrown. @param {string} id */
  async answer(id) {
    const session = this.#sessions.get(id);
    if (!session || !this.#move(id, "answering")) return;
    try {
      await session.answer();
    } catch (error) {
      session.hangUp();
      throw error;
    }
  }

  /** Hang up, or reject what rings. @param {string} id */
  hangUp(id) {
    this.#sessions.get(id)?.hangUp();
  }

  /** @param {string} id @param {boolean} on */
  mute(id, on) {
    const session = this.#sessions.get(id);
    if (!session) return;
    session.mute(on);
    this.store.set({ calls: this.calls.map((one) => (one.id === id ? { ...one, muted: on } : one)) });
  }
}
