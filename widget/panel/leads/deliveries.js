// <pl-deliveries>: what a webhook was sent; dead letters are sent again from here.
import { html, nothing } from "../../vendor/lit.js";
import { t, valueText } from "../../i18n/panel.js";
import "../../elements/dialog.js";
import "../../elements/table.js";
import { app } from "../core/app.js";
import { moment } from "../core/cells.js";
import { PanelPage } from "../core/page.js";
import { failure } from "../core/saving.js";

const TONES = /** @type {Record<string, string>} */ ({ waiting: "warn", sending: "accent", delivered: "good", dead: "bad" });
const REREAD_MS = 5000;

export class Deliveries extends PanelPage {
  static properties = { webhook: {}, dead: { type: Number }, items: { state: true }, next: { state: true }, state: { state: true }, open: { state: true } };

  constructor() {
    super();
    this.webhook = "";
    /** How many never arrived. */
    this.dead = 0;
    /** @type {any[]} */
    this.items = [];
    this.next = "";
    this.state = "";
    /** The one whose body is shown. @type {any} */
    this.open = null;
    this.read = "";
  }

  connectedCallback() {
    super.connectedCallback();
    this.every(REREAD_MS, () => {
      if (this.items.some((one) => one.state === "waiting" || one.state === "sending")) this.load();
    });
  }

  willUpdate() {
    const wanted = `${this.webhook}/${this.state}`;
    if (wanted === this.read) return;
    this.read = wanted;
    this.load();
  }

  /** @param {string} [cursor] */
  async load(cursor = "") {
    const query = new URLSearchParams({ limit: "50", ...(this.state ? { state: this.state } : {}), ...(cursor ? { cursor } : {}) });
    const page = await this.attempt(() => app.request("GET", `/webhooks/${this.webhook}/deliveries?${query}`));
    if (!page) return;
    this.items = cursor ? [...this.items, ...page.items] : page.items;
    this.next = page.next ?? "";
  }

  /** @param {string} path */
  async #resend(path) {
    try {
      await app.request("POST", path);
      app.toast(t("resent"));
      await this.load();
      this.tell("resent");
    } catch (error) {
      app.toast(failure(error), "bad");
    }
  }

  #columns() {
    return [
      { key: "at", head: t("started"), cell: (/** @type {any} */ one) => moment(one.created_at) },
      { key: "event", head: t("event"), cell: (/** @type {any} */ one) => valueText("events", one.event) },
      { key: "state", head: t("deliveryState"), cell: (/** @type {any} */ one) => html`<pl-badge tone=${TONES[one.state] ?? ""} dot>${valueText("delivery", one.state)}</pl-badge>` },
      { key: "tries", head: t("tries"), number: true, cell: (/** @type {any} */ one) => one.attempts },
      { key: "answer", head: t("answerStatus"), wide: true, cell: (/** @type {any} */ one) => html`${one.status ?? "—"}${one.error && one.state !== "delivered" ? html` <span class="muted small">${one.error}</span>` : nothing}` },
      { key: "when", head: t("deliveredOrNext"), cell: (/** @type {any} */ one) => moment(one.delivered_at ?? (one.state === "waiting" ? one.next_at : null)) },
      {
        key: "do",
        head: "",
        cell: (/** @type {any} */ one) => html`<div class="row-tools still"><pl-button size="icon" look="quiet" icon="eye" label=${`${t("whatSent")}: ${one.id}`} @click=${() => (this.open = one)}></pl-button>
          ${["dead", "delivered"].includes(one.state) && app.can("POST", "/deliveries/{id}/resend")
            ? html`<pl-button size="icon" look="quiet" icon="refresh" label=${`${t("resend")}: ${one.id}`} @click=${() => this.#resend(`/deliveries/${one.id}/resend`)}></pl-button>`
            : nothing}</div>`,
      },
    ];
  }

  render() {
    const states = ["", "waiting", "dead", "delivered"];
    return html`<section class="card flush" aria-label=${t("deliveries")}>
        <h2 class="bar-title">${t("deliveries")}</h2>
        <div class="toggles inset">
          ${states.map((one) => html`<pl-button size="small" .pressed=${this.state === one} @click=${() => (this.state = one)}>${one ? valueText("delivery", one) : t("any")}</pl-button>`)}
          ${this.dead ? html`<pl-badge tone="bad">${t("deadLetters", { n: this.dead })}</pl-badge>
            <pl-button size="small" icon="refresh" @click=${() => this.#resend(`/webhooks/${this.webhook}/resend`)}>${t("resendAllDead")}</pl-button>` : nothing}
        </div>
        ${this.trouble(() => this.load())}
        <pl-table label=${t("deliveries")} .columns=${this.#columns()} .rows=${this.items} ?busy=${this.busy} empty=${t("noDeliveries")}></pl-table>
      </section>
      ${this.next ? html`<p class="center"><pl-button @click=${() => this.load(this.next)}>${t("more")}</pl-button></p>` : nothing}
      <pl-dialog size="wide" heading=${t("whatSent")} close-label=${t("close")} ?open=${Boolean(this.open)} @close=${() => (this.open = null)}>
        ${this.open ? html`<p class="muted small">${this.open.event} · ${this.open.event_id} · ${this.open.key}</p><pre>${JSON.stringify(this.open.body, null, 2)}</pre>` : nothing}
      </pl-dialog>`;
  }
}

customElements.define("pl-deliveries", Deliveries);
