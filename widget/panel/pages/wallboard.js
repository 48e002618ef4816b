// <pl-wallboard-page>: what happens now: queues, operators, live calls, and the day so far.
import { html, nothing } from "../../vendor/lit.js";
import { t } from "../../i18n/panel.js";
import "../../elements/dialog.js";
import { app } from "../core/app.js";
import { PanelPage } from "../core/page.js";
import { address, go } from "../core/router.js";
import { LiveCalls } from "../../core/feed.js";
import "../wallboard/day.js";
import "../speech/live-text.js";
import { callsCard } from "../wallboard/calls.js";
import { operatorsCard } from "../wallboard/operators.js";
import { queuesCard, summary } from "../wallboard/queues.js";

const TICK_MS = 1000;
const QUIET_MS = 400;
const REMEMBERED = 500;

export class WallboardPage extends PanelPage {
  static properties = { status: { state: true } };

  constructor() {
    super();
    this.calls = new LiveCalls();
    /** By queue. @type {Map<string, any>} */
    this.queues = new Map();
    /** By user. @type {Map<string, any>} */
    this.operators = new Map();
    /** Only operators of this status; empty: all. */
    this.status = "";
    this.missed = 0;
    /** What rules found in calls that go on, by call. @type {Map<string, any[]>} */
    this.alerts = new Map();
    /** What the feed told last. @type {import("../core/live.js").Message[]} */
    this.told = [];
    this.timers = new Map();
    this.loaded = false;
  }

  connectedCallback() {
    super.connectedCallback();
    this.follow(["calls", "queues", "operators", "missed", "config", "transcripts"], (message) => this.#take(message));
    this.every(TICK_MS, () => this.requestUpdate());
    this.load();
  }

  get has() {
    const board = app.can("GET", "/wallboard");
    return {
      board,
      queues: board || app.can("GET", "/queues/live"),
      operators: board || app.can("GET", "/operators"),
      calls: app.can("GET", "/live-calls"),
      day: app.can("GET", "/reports/{name}"),
    };
  }

  async load() {
    await this.attempt(() => Promise.all(this.has.board ? [this.#board()] : [this.#calls(), this.#operators()]));
    this.loaded = true;
    this.requestUpdate();
  }

  /** The whole picture; what the feed told after it was drawn is told once more. */
  async #board() {
    const board = await app.request("GET", "/wallboard");
    this.queues = new Map(board.queues.map((/** @type {any} */ one) => [one.queue_id, one]));
    this.operators = new Map(board.operators.map((/** @type {any} */ one) => [one.user_id, one]));
    this.calls.load(board.calls ?? []);
    this.missed = board.missed_open;
    for (const message of this.told.filter((one) => one.cursor > board.cursor)) this.#apply(message);
  }

  async #calls() {
    if (this.has.calls) this.calls.load((await app.request("GET", "/live-calls")).items);
  }

  async #operators() {
    if (this.has.board) return this.#board();
    if (!this.has.operators) return;
    const items = await app.all("/operators");
    this.operators = new Map(items.map((/** @type {any} */ one) => [one.user_id, one]));
  }

  /** Read a list anew, when it has been quiet for a moment. @param {string} name @param {() => Promise<void>} read */
  #later(name, read) {
    window.clearTimeout(this.timers.get(name));
    this.timers.set(name, window.setTimeout(() => read().then(() => this.requestUpdate(), () => {}), QUIET_MS));
  }

  /** @param {import("../core/live.js").Message} message */
  #take(message) {
    if (message.type === "reset") return void this.load();
    if (message.topic === "transcripts") return this.#said(message);
    this.told = [...this.told.slice(-REMEMBERED), message];
    this.#apply(message);
    this.requestUpdate();
  }

  /** @param {import("../core/live.js").Message} message */
  #said({ kind, key, data }) {
    if (kind === "alert") this.alerts.set(key, [...(this.alerts.get(key) ?? []), data]);
    else if (kind === "closed") this.alerts.delete(key);
  }

  /** @param {import("../core/live.js").Message} message */
  #apply(message) {
    if (message.topic === "calls") this.calls.take(message);
    else if (message.topic === "queues") this.queues.set(message.key, { ...this.queues.get(message.key), ...message.data });
    else if (message.topic === "operators") this.#operator(message);
    else if (message.topic === "missed") this.#later("board", () => this.#operators());
    else if (/^(queues|users|extensions)\//.test(message.key)) this.#later("board", () => this.#operators());
  }

  /** @param {import("../core/live.js").Message} message */
  #operator(message) {
    const known = this.operators.get(message.key);
    if (known) this.operators.set(message.key, { ...known, ...message.data });
    else this.#later("board", () => this.#operators());
  }

  render() {
    const { has } = this;
    return html`${this.head(t("page.wallboard"), { lead: t("wallboardLead") })} ${this.trouble(() => this.load())}
      ${has.queues || has.operators || has.calls ? summary(this) : nothing}
      <div class="board">
        ${has.queues ? queuesCard(this) : nothing} ${callsCard(this)} ${has.operators ? operatorsCard(this) : nothing}
        ${has.day ? html`<pl-day-chart class="card day"></pl-day-chart>` : nothing}
      </div>
      ${this.#text()}`;
  }

  /** What is said in the call that the address names. */
  #text() {
    const { id } = this.place;
    const call = id ? this.calls.calls.get(id) : null;
    const heading = call ? `${call.caller || "—"} → ${call.called}` : t("liveText");
    return html`<pl-dialog size="wide" heading=${heading} close-label=${t("close")} ?open=${Boolean(id)} @close=${() => go(address("wallboard"))}>
      ${id ? html`<pl-live-text call-id=${id} .call=${call}></pl-live-text>` : nothing}
      ${id && !call && this.loaded && app.can("GET", "/calls/{id}") ? html`<a class="button" slot="actions" href=${address("calls", id)}>${t("openCall")}</a>` : nothing}
    </pl-dialog>`;
  }
}

customElements.define("pl-wallboard-page", WallboardPage);
