// <pl-missed-page>: calls that nobody took: call back with one click, or close.
import { html, nothing } from "../../vendor/lit.js";
import { label, t, valueText } from "../../i18n/panel.js";
import { app } from "../core/app.js";
import { duration, moment } from "../core/cells.js";
import { ListPage } from "../core/list-page.js";

export class MissedPage extends ListPage {
  constructor() {
    super();
    this.path = "/missed-calls";
    this.page = "missed";
    this.topics = ["missed"];
  }

  get emptyText() {
    return t("noMissed");
  }

  filters() {
    return html`${this.choice("state", t("state"), ["open", "closed", "all"].map((value) => ({ value, label: value === "all" ? t("any") : t(`state.${value}`) })))}
      ${this.picker("queue_id", label("Call", "queue_id"), "queues")}`;
  }

  /** @param {any} one */
  #tools(one) {
    if (one.closed_at) return html`<span class="muted">${valueText("closed", one.closed_how)} ${moment(one.closed_at)}</span>`;
    if (one.taken_by) return html`<pl-badge tone="accent" dot>${t("takenBy", { name: one.taken_by_name ?? "" })}</pl-badge>`;
    return html`${app.can("POST", "/missed-calls/{id}/call-back") && app.me.extension
        ? html`<pl-button size="small" icon="phone" @click=${() => this.act(() => app.request("POST", `/missed-calls/${one.id}/call-back`), t("phoneRings"))}>${t("callBack")}</pl-button>`
        : nothing}
      ${app.can("DELETE", "/missed-calls/{id}")
        ? html`<pl-button size="small" look="quiet" @click=${() => this.act(() => app.request("DELETE", `/missed-calls/${one.id}`))}>${t("dismiss")}</pl-button>`
        : nothing}`;
  }

  columns() {
    return [
      { key: "at", head: t("started"), cell: (/** @type {any} */ one) => moment(one.at) },
      { key: "caller", head: label("Call", "caller"), cell: (/** @type {any} */ one) => html`${one.number || one.caller || "—"} <span class="muted">${one.caller_name}</span>${one.times > 1 ? html` <pl-badge tone="warn">× ${one.times}</pl-badge>` : nothing}` },
      { key: "where", head: t("where"), wide: true, cell: (/** @type {any} */ one) => [...one.queue_names, ...one.extensions].join(", ") || one.called },
      { key: "waited", head: t("waited"), number: true, cell: (/** @type {any} */ one) => duration(one.waited_s) },
      { key: "do", head: "", cell: (/** @type {any} */ one) => this.#tools(one) },
    ];
  }
}

customElements.define("pl-missed-page", MissedPage);
