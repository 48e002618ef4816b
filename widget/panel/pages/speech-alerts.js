// <pl-alerts-page>: where rules found their words, newest first; each leads to its place in the call.
import { html, nothing } from "../../vendor/lit.js";
import { label, t, valueText } from "../../i18n/panel.js";
import { clock } from "../../core/language.js";
import { app } from "../core/app.js";
import { moment } from "../core/cells.js";
import { ListPage } from "../core/list-page.js";
import { placeOfAlert } from "../shell/alerts.js";

export const TONES = /** @type {Record<string, string>} */ ({ info: "accent", warning: "warn", alarm: "bad" });

export class AlertsPage extends ListPage {
  constructor() {
    super();
    this.path = "/speech-alerts";
    this.page = "speech-alerts";
  }

  connectedCallback() {
    super.connectedCallback();
    this.follow(["transcripts"], (message) => {
      if (message.type === "reset" || message.kind === "alert" || message.kind === "alert_seen") this.later();
    });
  }

  get emptyText() {
    return t("noAlerts");
  }

  /** @param {string} name */
  #values(name) {
    const parameter = app.operation("GET", this.path).parameters.find((/** @type {any} */ one) => one.name === name);
    return parameter ? app.schemas.unwrap(parameter.schema).schema.enum ?? [] : null;
  }

  filters() {
    const severities = this.#values("severity");
    const seen = [["", "allAlerts"], ["false", "unseenOnes"], ["true", "seenOnes"]].map(([value, word]) => ({ value, label: t(word) }));
    return html`${this.#values("seen") ? this.choice("seen", t("state"), seen) : nothing}
      ${severities?.length ? this.choice("severity", t("severity"), [{ value: "", label: t("any") }, ...severities.map((/** @type {string} */ value) => ({ value, label: valueText("severity", value) }))]) : nothing}
      ${this.typed("from", t("from"), "date")} ${this.typed("to", t("to"), "date")}
      ${this.#values("rule_id") ? this.picker("rule_id", t("rule"), "speech-rules") : nothing}
      ${this.#values("operator_id") ? this.picker("operator_id", label("", "operator_id"), "users") : nothing}
      ${this.#values("queue_id") ? this.picker("queue_id", label("", "queue_id"), "queues") : nothing}`;
  }

  /** @param {any} one */
  #seen(one) {
    return this.act(() => app.request("POST", `${this.path}/${one.id}/seen`));
  }

  columns() {
    const may = app.can("POST", "/speech-alerts/{id}/seen");
    return [
      { key: "at", head: label("", "at"), cell: (/** @type {any} */ one) => html`${one.seen_at ? nothing : html`<pl-badge tone="accent" dot>${t("newOne")}</pl-badge> `}${moment(one.created_at)}` },
      { key: "severity", head: t("severity"), cell: (/** @type {any} */ one) => html`<pl-badge tone=${TONES[one.severity] ?? ""} dot>${valueText("severity", one.severity)}</pl-badge>` },
      { key: "rule", head: t("rule"), cell: (/** @type {any} */ one) => one.rule_name },
      {
        key: "said",
        head: t("said"),
        wide: true,
        cell: (/** @type {any} */ one) => html`<span>${one.call_id ? html`<a href=${placeOfAlert(one, false)}>${clock(one.at_s)}</a> ` : nothing}<span class="muted">${valueText("side", one.side)}:</span> «${one.text}»</span>`,
      },
      { key: "operator", head: label("", "operator_id"), cell: (/** @type {any} */ one) => one.operator_name ?? (one.operator_id ? app.lookups.name("users", one.operator_id) : "—") },
      { key: "queue", head: label("", "queue_id"), cell: (/** @type {any} */ one) => one.queue_name ?? (one.queue_id ? app.lookups.name("queues", one.queue_id) : "—") },
      {
        key: "do",
        head: "",
        cell: (/** @type {any} */ one) => (may && !one.seen_at ? html`<pl-button size="small" look="quiet" icon="check" @click=${() => this.#seen(one)}>${t("markSeen")}</pl-button>` : nothing),
      },
    ];
  }
}

customElements.define("pl-alerts-page", AlertsPage);
