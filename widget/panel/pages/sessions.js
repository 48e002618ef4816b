// <pl-sessions-page>: who is signed in, where; a session can be ended.
import { html, nothing } from "../../vendor/lit.js";
import { label, t } from "../../i18n/panel.js";
import { app } from "../core/app.js";
import { moment } from "../core/cells.js";
import { ListPage } from "../core/list-page.js";

/** The browser and system in a few words. @param {string} agent */
export function agentText(agent) {
  const browser = /(Firefox|Edg|OPR|YaBrowser|Chrome|Safari)\/([\d]+)/.exec(agent);
  const system = /Windows|Android|iPhone|iPad|Mac OS X|Linux/.exec(agent)?.[0];
  return browser ? `${browser[1].replace("Edg", "Edge").replace("OPR", "Opera")} ${browser[2]}${system ? `, ${system}` : ""}` : agent || "—";
}

export class SessionsPage extends ListPage {
  constructor() {
    super();
    this.path = "/sessions";
    this.page = "sessions";
  }

  filters() {
    return this.picker("user_id", label("Audit", "actor"), "users");
  }

  /** @param {any} one */
  #end(one) {
    if (window.confirm(t("endSure", { login: one.login }))) this.act(() => app.request("DELETE", `/sessions/${one.id}`), t("sessionEnded"));
  }

  columns() {
    return [
      { key: "login", head: t("login"), cell: (/** @type {any} */ one) => html`${one.login}${one.current ? html` <pl-badge tone="accent">${t("thisSession")}</pl-badge>` : nothing}` },
      { key: "created", head: label("", "created_at"), cell: (/** @type {any} */ one) => moment(one.created_at) },
      { key: "used", head: label("", "last_used_at"), cell: (/** @type {any} */ one) => moment(one.last_used_at) },
      { key: "address", head: label("", "address"), cell: (/** @type {any} */ one) => one.address },
      { key: "agent", head: label("", "agent"), wide: true, cell: (/** @type {any} */ one) => agentText(one.agent) },
      { key: "provider", head: t("provider"), cell: (/** @type {any} */ one) => one.provider ?? t("password") },
      {
        key: "do",
        head: "",
        cell: (/** @type {any} */ one) => (app.can("DELETE", "/sessions/{id}") && !one.current ? html`<pl-button size="small" look="quiet" tone="bad" @click=${() => this.#end(one)}>${t("endSession")}</pl-button>` : nothing),
      },
    ];
  }
}

customElements.define("pl-sessions-page", SessionsPage);
