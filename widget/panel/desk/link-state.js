// <pl-link-state>: how a link with an outside desk is; what goes there and what came, what never arrived is sent again.
import { html, nothing } from "../../vendor/lit.js";
import { t, valueText } from "../../i18n/panel.js";
import "../../elements/dialog.js";
import "../../elements/table.js";
import { app } from "../core/app.js";
import { PanelPage } from "../core/page.js";
import { address } from "../core/router.js";
import { failure } from "../core/saving.js";
import { tile } from "../campaigns/parts.js";
import { when } from "./parts.js";

const TONES = /** @type {Record<string, string>} */ ({ waiting: "warn", sending: "accent", delivered: "good", dead: "bad" });
const REREAD_MS = 5000;
const LIMIT = 50;

export class LinkState extends PanelPage {
  static properties = { link: {}, health: { state: true }, items: { state: true }, received: { state: true }, next: { state: true }, view: { state: true }, body: { state: true } };

  constructor() {
    super();
    this.link = "";
    /** @type {any} */
    this.health = null;
    /** @type {any[]} */
    this.items = [];
    /** @type {any[]} */
    this.received = [];
    this.next = "";
    /** Which are shown: deliveries in a state, or what came. */
    this.view = "";
    /** What was sent. @type {any} */
    this.body = null;
    this.read = "";
  }

  connectedCallback() {
    super.connectedCallback();
    this.every(REREAD_MS, () => document.visibilityState === "visible" && this.#shown <= LIMIT && this.load());
  }

  willUpdate() {
    const wanted = `${this.link}/${this.view}`;
    if (wanted === this.read) return;
    this.read = wanted;
    this.load();
  }

  /** How many rows are shown: whoever has asked for more reads them in peace. */
  get #shown() {
    return (this.view === "received" ? this.received : this.items).length;
  }

  get path() {
    return `/desk-links/${encodeURIComponent(this.link)}`;
  }

  /** @param {string} [cursor] */
  async load(cursor = "") {
    const wanted = this.view;
    const came = wanted === "received";
    const query = new URLSearchParams({ limit: String(LIMIT), ...(wanted && !came ? { state: wanted } : {}), ...(cursor ? { cursor } : {}) });
    const found = await this.attempt(() => Promise.all([app.request("GET", `${this.path}/state`), app.request("GET", `${this.path}/${came ? "received" : "deliveries"}?${query}`)]));
    if (!found || wanted !== this.view) return;
    const [health, page] = found;
    this.health = health;
    this.next = page.next ?? "";
    if (came) this.received = cursor ? [...this.received, ...page.items] : page.items;
    else this.items = cursor ? [...this.items, ...page.items] : page.items;
  }

  /** @param {string} path */
  async #resend(path) {
    try {
      await app.request("POST", path);
      app.toast(t("resent"));
      await this.load();
    } catch (error) {
      app.toast(failure(error), "bad");
    }
  }

  #tiles() {
    const { health } = this;
    const state = !health.enabled ? ["", t("lk.off")] : health.down_until ? ["bad", t("lk.down")] : health.failures ? ["warn", t("lk.fails")] : ["good", t("lk.works")];
    return html`<dl class="tiles roomy">
        ${tile(t("lk.state"), html`<span class="phrase">${state[1]}</span>`, state[0], health.down_until ? html`${t("lk.nextTry")} ${when(health.down_until)}` : "")}
        ${tile(t("lk.waiting"), health.waiting, health.waiting ? "warn" : "", health.oldest_at ? html`${t("lk.oldest")} ${when(health.oldest_at)}` : "")}
        ${tile(t("lk.dead"), health.dead, health.dead ? "bad" : "")} ${tile(t("lk.delivered"), health.delivered, "", health.delivered_at ? when(health.delivered_at) : "")}
        ${tile(t("lk.received"), health.received, "", health.received_at ? when(health.received_at) : "")} ${tile(t("lk.tickets"), health.tickets, "", health.held ? t("lk.held", { n: health.held }) : "")}
      </dl>
      ${health.error && (health.failures || health.dead) ? html`<p class="notice bad" role="alert"><pl-icon name="alert"></pl-icon><span>${t("lk.lastError")} ${health.failed_at ? when(health.failed_at) : ""}: ${health.error}</span></p>` : nothing}`;
  }

  #sent() {
    const columns = [
      { key: "at", head: t("lk.written"), cell: (/** @type {any} */ one) => when(one.created_at) },
      { key: "ticket", head: t("dk.request"), cell: (/** @type {any} */ one) => html`<a class="digits nowrap" href=${address("desk", one.ticket_id)}>№ ${one.number}</a>` },
      { key: "kind", head: t("lk.what"), cell: (/** @type {any} */ one) => valueText("linkKind", one.kind) },
      { key: "state", head: t("deliveryState"), cell: (/** @type {any} */ one) => html`<pl-badge tone=${TONES[one.state] ?? ""} dot>${valueText("delivery", one.state)}</pl-badge>` },
      { key: "tries", head: t("tries"), number: true, cell: (/** @type {any} */ one) => one.attempts },
      { key: "answer", head: t("answerStatus"), wide: true, cell: (/** @type {any} */ one) => html`${one.status ?? "—"}${one.error && one.state !== "delivered" ? html` <span class="muted small">${one.error}</span>` : nothing}` },
      { key: "when", head: t("deliveredOrNext"), cell: (/** @type {any} */ one) => when(one.delivered_at ?? (one.state === "waiting" ? one.next_at : null)) },
      {
        key: "do",
        head: "",
        cell: (/** @type {any} */ one) => html`<div class="row-tools still"><pl-button size="icon" look="quiet" icon="eye" label=${`${t("whatSent")}: ${one.id}`} @click=${() => (this.body = one)}></pl-button>
          ${["dead", "delivered"].includes(one.state) ? html`<pl-button size="icon" look="quiet" icon="refresh" label=${`${t("resend")}: ${one.id}`} @click=${() => this.#resend(`/desk-links/deliveries/${one.id}/resend`)}></pl-button>` : nothing}</div>`,
      },
    ];
    return html`<pl-table label=${t("deliveries")} .columns=${columns} .rows=${this.items} empty=${t("noDeliveries")}></pl-table>`;
  }

  #came() {
    const columns = [
      { key: "at", head: t("lk.cameAt"), cell: (/** @type {any} */ one) => when(one.received_at ?? one.at) },
      { key: "ticket", head: t("dk.request"), cell: (/** @type {any} */ one) => (one.ticket_id ? html`<a class="digits nowrap" href=${address("desk", one.ticket_id)}>№ ${one.number ?? ""}</a>` : one.remote_id ?? "—") },
      { key: "kind", head: t("lk.what"), cell: (/** @type {any} */ one) => valueText("linkKind", one.kind) },
      { key: "result", head: t("lk.result"), wide: true, cell: (/** @type {any} */ one) => one.result },
    ];
    return html`<pl-table label=${t("lk.received")} .columns=${columns} .rows=${this.received} .rowKey=${(/** @type {any} */ one) => one.event_id} empty=${t("lk.nothingCame")}></pl-table>`;
  }

  render() {
    if (!this.health) return this.trouble(() => this.load());
    const came = app.can("GET", "/desk-links/{id}/received");
    const views = ["", "waiting", "dead", "delivered", ...(came ? ["received"] : [])];
    const name = (/** @type {string} */ one) => (one === "received" ? t("lk.received") : one ? valueText("delivery", one) : t("lk.sentAll"));
    return html`${this.trouble(() => this.load())} ${this.#tiles()}
      <section class="card flush" aria-label=${t("deliveries")}>
        <h2 class="bar-title">${t("deliveries")}</h2>
        <div class="toggles inset">${views.map((one) => html`<pl-button size="small" .pressed=${this.view === one} @click=${() => (this.view = one)}>${name(one)}</pl-button>`)}
          ${this.health.dead ? html`<pl-button size="small" icon="refresh" @click=${() => this.#resend(`${this.path}/resend`)}>${t("resendAllDead")}</pl-button>` : nothing}</div>
        ${this.view === "received" ? this.#came() : this.#sent()}
      </section>
      ${this.next ? html`<p class="center"><pl-button @click=${() => this.load(this.next)}>${t("more")}</pl-button></p>` : nothing}
      <pl-dialog size="wide" heading=${t("whatSent")} close-label=${t("close")} ?open=${Boolean(this.body)} @close=${() => (this.body = null)}>
        ${this.body ? html`<p class="muted small">${valueText("linkKind", this.body.kind)} · ${this.body.event_id}</p><pre>${JSON.stringify(this.body.body, null, 2)}</pre>` : nothing}
      </pl-dialog>`;
  }
}

customElements.define("pl-link-state", LinkState);
