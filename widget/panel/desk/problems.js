// <pl-problems-page>: one cause behind many requests: the list of problems, and one of them.
import { html, nothing } from "../../vendor/lit.js";
import { label, t, valueText } from "../../i18n/panel.js";
import { app } from "../core/app.js";
import { ListPage } from "../core/list-page.js";
import { PanelPage } from "../core/page.js";
import { address, go } from "../core/router.js";
import "./form-dialog.js";
import { when } from "./parts.js";
import "./problem.js";
import { problemLooks, problemState, STATES } from "./problem-parts.js";

export class ProblemList extends ListPage {
  constructor() {
    super();
    this.path = "/problems";
    this.page = "problems";
    this.topics = ["config", "tickets"];
  }

  query() {
    const query = super.query();
    if (!this.place.query.state) query.set("open", "true");
    else if (this.place.query.state === "all") query.delete("state");
    return query;
  }

  filters() {
    const states = [{ value: "", label: t("dk.tab.open") }, ...STATES.map((value) => ({ value, label: valueText("problem", value) })), { value: "all", label: t("any") }];
    return html`${this.typed("q", t("search"), "search")} ${this.choice("state", t("dk.state"), states)}`;
  }

  get emptyText() {
    return this.place.query.q ? t("nothingFound") : t("pb.none");
  }

  columns() {
    return [
      { key: "number", head: "№", cell: (/** @type {any} */ one) => html`<span class="digits nowrap">№ ${one.number}</span>` },
      { key: "title", head: t("pb.title"), wide: true, cell: (/** @type {any} */ one) => html`${one.title}${one.workaround ? html`<br /><span class="muted small clamp">${t("pb.workaround")}: ${one.workaround}</span>` : nothing}` },
      { key: "state", head: t("dk.state"), cell: (/** @type {any} */ one) => problemState(one.state) },
      { key: "resource", head: label("", "resource_id"), cell: (/** @type {any} */ one) => app.lookups.name("support-resources", one.resource_id) || "—" },
      { key: "tickets", head: t("pb.tickets"), number: true, cell: (/** @type {any} */ one) => (one.tickets ? `${one.open_tickets} / ${one.tickets}` : "—") },
      { key: "created", head: t("pb.since"), cell: (/** @type {any} */ one) => when(one.created_at) },
    ];
  }

  render() {
    const add = () => /** @type {any} */ (this.querySelector("pl-form-dialog")).ask({ heading: t("pb.new"), method: "POST", route: "/problems", path: "/problems", looks: problemLooks() });
    const actions = app.can("POST", "/problems") ? html`<pl-button look="main" icon="add" @click=${add}>${t("pb.new")}</pl-button>` : nothing;
    return html`${this.head(t("page.problems"), { lead: t("lead.problems"), actions })}
      <search class="filters" aria-label=${t("search")}>${this.filters()}</search>
      ${this.trouble(() => this.load())}
      <div class="card flush"><pl-table label=${t("page.problems")} .columns=${this.columns()} .rows=${this.items} .href=${(/** @type {any} */ one) => address("problems", one.id)} ?busy=${this.busy} empty=${this.emptyText}></pl-table></div>
      ${this.next ? html`<p class="center"><pl-button @click=${() => this.load(this.next)}>${t("more")}</pl-button></p>` : nothing}
      <pl-form-dialog @made=${(/** @type {CustomEvent} */ event) => go(address("problems", event.detail.id))}></pl-form-dialog>`;
  }
}

export class ProblemsPage extends PanelPage {
  render() {
    return this.place.id ? html`<pl-problem-page .place=${this.place}></pl-problem-page>` : html`<pl-problem-list .place=${this.place}></pl-problem-list>`;
  }
}

customElements.define("pl-problem-list", ProblemList);
customElements.define("pl-problems-page", ProblemsPage);
