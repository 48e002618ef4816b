// <pl-campaign-list>: every campaign with how far it is and how it goes; start, pause, clone from here.
import { html, nothing } from "../../vendor/lit.js";
import { label, t, valueText } from "../../i18n/panel.js";
import "../../elements/dialog.js";
import "../../elements/menu.js";
import { app } from "../core/app.js";
import { moment } from "../core/cells.js";
import { ListPage } from "../core/list-page.js";
import { address, go } from "../core/router.js";
import { failure } from "../core/saving.js";
import { MODE_ORDER, valueOf } from "./fields.js";
import { actions, percent, rateTone } from "./figures.js";
import { progressBar, stateBadge } from "./parts.js";
import "./commands.js";

const STATES = ["running", "paused", "scheduled", "draft", "finished"];
const REREAD_MS = 20_000;

export class CampaignList extends ListPage {
  static properties = { draft: { state: true } };

  constructor() {
    super();
    this.path = "/campaigns";
    this.page = "campaigns";
    this.topics = ["config"];
    /** A copy to be made. @type {{of: any, template: boolean, name: string, lists: boolean, problem: string}|null} */
    this.draft = null;
    /** What the feed told last, by campaign. @type {Map<string, any>} */
    this.samples = new Map();
  }

  connectedCallback() {
    super.connectedCallback();
    this.follow(["campaigns"], (message) => this.#told(message));
    this.every(REREAD_MS, () => this.later());
  }

  /** @param {import("../core/live.js").Message} message */
  #told({ type, kind, data, key }) {
    if (type === "reset" || kind === "state") return this.later();
    if (kind !== "sample") return;
    this.samples.set(data.campaign_id ?? key, data);
    this.requestUpdate();
  }

  /** @param {any[]} items */
  show(items) {
    super.show([...items].sort((a, b) => STATES.indexOf(a.state) - STATES.indexOf(b.state)));
  }

  get templates() {
    return this.place.query.template === "true";
  }

  query() {
    const query = super.query();
    query.set("template", String(this.templates));
    return query;
  }

  get emptyText() {
    return t(this.templates ? "noTemplates" : "noCampaigns");
  }

  actions() {
    if (!app.can("POST", "/campaigns")) return nothing;
    const href = address("campaigns", "new", this.templates ? { template: "true" } : {});
    return html`<a class="button main" href=${href}><pl-icon name="add"></pl-icon>${t(this.templates ? "newTemplate" : "newCampaign")}</a>`;
  }

  filters() {
    const states = STATES.map((value) => ({ value, label: valueText("campaign", value) }));
    const modes = MODE_ORDER.map((value) => ({ value, label: valueText("mode", value) }));
    const any = { value: "", label: t("any") };
    const known = app.operation("GET", this.path).parameters.map((/** @type {any} */ one) => one.name);
    return html`${known.includes("q") ? this.typed("q", t("search"), "search") : nothing}
      ${this.choice("template", t("whatShown"), [{ value: "", label: t("page.campaigns") }, { value: "true", label: t("templates") }])}
      ${known.includes("state") && !this.templates ? this.choice("state", t("campaignState"), [any, ...states]) : nothing}
      ${known.includes("mode") ? this.choice("mode", label("CampaignData", "mode"), [any, ...modes]) : nothing}`;
  }

  /** @param {any} one @param {string} what */
  #more(one, what) {
    if (what === "clone" || what === "template" || what === "use") {
      const template = what === "template";
      this.draft = { of: one, template, name: what === "use" ? "" : `${one.name} 2`, lists: what === "clone", problem: "" };
    } else if (what === "settings") go(address("campaigns", one.id, { tab: "settings" }));
    else /** @type {any} */ (this.querySelector(`[data-campaign="${one.id}"]`))?.ask(what);
  }

  async #clone() {
    const draft = /** @type {NonNullable<typeof this.draft>} */ (this.draft);
    try {
      const made = await app.request("POST", `/campaigns/${draft.of.id}/clone`, { body: this.#cloneBody(draft) });
      this.draft = null;
      app.toast(t(draft.template ? "done_template" : "done_clone"));
      go(address("campaigns", made.id, { tab: "settings" }));
    } catch (error) {
      this.draft = { ...draft, problem: failure(error) };
    }
  }

  /** Only what the API takes. @param {any} draft */
  #cloneBody(draft) {
    const known = app.bodySchema("POST", "/campaigns/{id}/clone")?.properties ?? {};
    const body = { name: draft.name.trim(), template: draft.template, lists: draft.lists };
    return Object.fromEntries(Object.entries(body).filter(([name]) => name in known));
  }

  /** @param {any} one */
  #tools(one) {
    const rest = actions(one).slice(1).filter((action) => app.can("POST", `/campaigns/{id}/${action}`));
    const copies = app.can("POST", "/campaigns/{id}/clone") ? (one.template ? ["use", "clone"] : ["clone", "template"]) : [];
    const words = /** @type {Record<string, string>} */ ({ use: t("newCampaign"), clone: t("clone"), template: t("asTemplate"), settings: t("tab.settings") });
    const choices = [...rest, ...copies, "settings"].map((value) => ({ value, label: words[value] ?? t(value) }));
    return html`<pl-campaign-commands small data-campaign=${one.id} .campaign=${one} @commanded=${() => this.load()}></pl-campaign-commands>
      <pl-menu side="end" label=${t("moreActions", { name: one.name })} .choices=${choices} @choose=${(/** @type {CustomEvent} */ event) => this.#more(one, event.detail)}>
        <pl-button slot="opener" size="icon" look="quiet" icon="more" label=${t("moreActions", { name: one.name })} popup="menu"></pl-button>
      </pl-menu>`;
  }

  /** @param {any} one */
  #name(one) {
    const href = address("campaigns", one.id, one.template || one.state === "draft" ? { tab: "settings" } : {});
    const lead = [valueText("mode", one.mode), one.queue_id ? app.lookups.name("queues", one.queue_id) : ""].filter(Boolean).join(" · ");
    return html`<a class="row" href=${href}>${one.name}</a><br /><span class="muted small">${lead}</span>`;
  }

  columns() {
    const target = (/** @type {any} */ one) => one.settings?.pacing?.target_rate ?? one.target_rate ?? 0.03;
    const live = (/** @type {any} */ one) => (one.state === "running" ? this.samples.get(one.id) ?? one.sample ?? one : one);
    const rate = (/** @type {any} */ one) => live(one).abandon_rate ?? one.abandon_rate;
    if (this.templates) {
      return [
        { key: "name", head: label("", "name"), wide: true, cell: (/** @type {any} */ one) => this.#name(one) },
        { key: "updated", head: label("", "updated_at"), cell: (/** @type {any} */ one) => moment(one.updated_at) },
        { key: "do", head: "", cell: (/** @type {any} */ one) => this.#tools(one) },
      ];
    }
    return [
      { key: "name", head: label("", "name"), wide: true, cell: (/** @type {any} */ one) => html`<div>${this.#name(one)}</div>` },
      { key: "state", head: t("campaignState"), cell: (/** @type {any} */ one) => html`<div>${stateBadge(one.state)}${one.state === "scheduled" && one.starts_at ? html`<br /><span class="muted small">${t("scheduledFor", { when: moment(one.starts_at) })}</span>` : nothing}</div>` },
      { key: "progress", head: t("progress"), cell: (/** @type {any} */ one) => progressBar(one.done, one.total) },
      { key: "lines", head: t("linesNow"), number: true, cell: (/** @type {any} */ one) => (one.state === "running" ? live(one).lines ?? "—" : "—") },
      { key: "agents", head: t("agentsNow"), number: true, cell: (/** @type {any} */ one) => (one.state === "running" && one.mode !== "robocall" ? live(one).agents ?? "—" : "—") },
      { key: "connect", head: t("connectRate"), number: true, cell: (/** @type {any} */ one) => percent(one.connect_rate) },
      { key: "abandon", head: t("abandonRate"), number: true, cell: (/** @type {any} */ one) => html`<pl-badge tone=${rateTone(rate(one), target(one))}>${percent(rate(one))}</pl-badge>` },
      { key: "do", head: "", cell: (/** @type {any} */ one) => this.#tools(one) },
    ];
  }

  #copyDialog() {
    const { draft } = this;
    const set = (/** @type {any} */ change) => (this.draft = { .../** @type {any} */ (this.draft), ...change });
    const send = (/** @type {Event} */ event) => {
      event.preventDefault();
      this.#clone();
    };
    return html`<pl-dialog heading=${t(draft?.template ? "asTemplate" : "clone")} close-label=${t("close")} ?open=${Boolean(draft)} @close=${() => (this.draft = null)}>
      ${draft
        ? html`<form class="stack" @submit=${send}>
            ${draft.problem ? html`<p class="problem" role="alert">${draft.problem}</p>` : nothing}
            <pl-field label=${t(draft.template ? "key" : "cloneName")} required limit="200" .value=${draft.name} @input=${(/** @type {Event} */ event) => set({ name: valueOf(event) })}></pl-field>
            ${draft.template || draft.of.template || !app.bodySchema("POST", "/campaigns/{id}/clone")?.properties?.lists
              ? nothing
              : html`<pl-field type="checkbox" label=${t("cloneLists")} .checked=${draft.lists} @change=${(/** @type {any} */ event) => set({ lists: event.currentTarget.checked })}></pl-field>`}
            <p><pl-button kind="submit" look="main">${t("create")}</pl-button></p>
          </form>`
        : nothing}
    </pl-dialog>`;
  }

  render() {
    return html`${super.render()} ${this.#copyDialog()}`;
  }
}

customElements.define("pl-campaign-list", CampaignList);
