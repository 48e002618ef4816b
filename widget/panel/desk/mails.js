// <pl-mails-received>: letters that came into a mailbox, and what became of each.
import { html, nothing } from "../../vendor/lit.js";
import { t, valueText } from "../../i18n/panel.js";
import "../../elements/table.js";
import { app } from "../core/app.js";
import { PanelPage } from "../core/page.js";
import { address } from "../core/router.js";
import { when } from "./parts.js";

const VERDICTS = ["opened", "joined", "automatic", "loop", "refused", "repeated", "unreadable"];
const TONES = /** @type {Record<string, string>} */ ({ opened: "good", joined: "good", refused: "bad", unreadable: "bad", loop: "warn" });

export class MailsReceived extends PanelPage {
  static properties = { mailbox: {}, items: { state: true }, next: { state: true }, verdict: { state: true } };

  constructor() {
    super();
    this.mailbox = "";
    /** @type {any[]} */
    this.items = [];
    this.next = "";
    this.verdict = "";
    this.read = "";
  }

  connectedCallback() {
    super.connectedCallback();
    this.follow(["tickets"], () => this.load());
  }

  willUpdate() {
    const wanted = `${this.mailbox}/${this.verdict}`;
    if (wanted === this.read) return;
    this.read = wanted;
    this.load();
  }

  /** @param {string} [cursor] */
  async load(cursor = "") {
    const query = new URLSearchParams({ limit: "50", mailbox_id: this.mailbox, ...(this.verdict ? { verdict: this.verdict } : {}), ...(cursor ? { cursor } : {}) });
    const page = await this.attempt(() => app.request("GET", `/mails-received?${query}`));
    if (!page) return;
    this.items = cursor ? [...this.items, ...page.items] : page.items;
    this.next = page.next ?? "";
  }

  render() {
    const columns = [
      { key: "at", head: t("mb.came"), cell: (/** @type {any} */ one) => when(one.received_at) },
      { key: "from", head: t("mb.from"), cell: (/** @type {any} */ one) => html`${one.sender}${one.unverified ? html`<br /><pl-badge tone="warn">${t("dk.unverified")}</pl-badge>` : nothing}` },
      { key: "subject", head: t("dk.subject"), wide: true, cell: (/** @type {any} */ one) => one.subject || html`<span class="muted">${t("mb.noSubject")}</span>` },
      { key: "verdict", head: t("mb.verdict"), cell: (/** @type {any} */ one) => html`<pl-badge tone=${TONES[one.verdict] ?? ""} title=${one.reason}>${valueText("verdict", one.verdict)}</pl-badge>${one.reason ? html`<br /><span class="muted small">${one.reason}</span>` : nothing}` },
      { key: "ticket", head: t("dk.request"), cell: (/** @type {any} */ one) => (one.ticket_id ? html`<a class="digits" href=${address("desk", one.ticket_id)}>${one.ticket_number ?? one.number ? `№ ${one.ticket_number ?? one.number}` : t("open")}</a>` : "—") },
    ];
    return html`<section class="card flush" aria-label=${t("mb.received")}>
        <h2 class="bar-title">${t("mb.received")}</h2>
        <div class="toggles inset">${["", ...VERDICTS].map((one) => html`<pl-button size="small" .pressed=${this.verdict === one} @click=${() => (this.verdict = one)}>${one ? valueText("verdict", one) : t("any")}</pl-button>`)}</div>
        ${this.trouble(() => this.load())}
        <pl-table label=${t("mb.received")} .columns=${columns} .rows=${this.items} ?busy=${this.busy} empty=${t("mb.none")}></pl-table>
      </section>
      ${this.next ? html`<p class="center"><pl-button @click=${() => this.load(this.next)}>${t("more")}</pl-button></p>` : nothing}`;
  }
}

customElements.define("pl-mails-received", MailsReceived);
