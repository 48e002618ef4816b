// <pl-ticket-side>: all that is known of a request beside what was said: whose, what kind, who works on it, by when.
import { html, nothing } from "../../vendor/lit.js";
import { label, t, valueText } from "../../i18n/panel.js";
import { app } from "../core/app.js";
import { PanelPage } from "../core/page.js";
import { address } from "../core/router.js";
import { eventWords } from "./event-words.js";
import { PRIORITIES } from "./figures.js";
import { fact, lineName, when } from "./parts.js";
import { findClients, findOutlets, findStaff, known, picker, staffName } from "./pick.js";
import { promises } from "./promises.js";
import "./side-call.js";
import { remote } from "./side-link.js";
import "./side-lists.js";

/** Another request that this one belongs together with. @param {any} one */
const neighbour = (one) => html`<a class="neighbour" href=${address("desk", one.id)} title=${one.subject}>№ ${one.number}</a> `;

export class TicketSide extends PanelPage {
  static properties = { ticket: { attribute: false }, about: { attribute: false }, page: { attribute: false }, linking: { state: true }, tag: { state: true } };

  constructor() {
    super();
    /** @type {any} */
    this.ticket = null;
    /** @type {import("./ticket.js").About} */
    this.about = /** @type {any} */ (null);
    /** @type {import("./ticket.js").TicketPage} */
    this.page = /** @type {any} */ (null);
    /** Whose it should be: null while nobody asks. @type {{account: string, accountName: string, outlet: string, outletName: string}|null} */
    this.linking = null;
    this.tag = "";
  }

  get mayEdit() {
    return app.can("PATCH", "/tickets/{id}");
  }

  #client() {
    const { ticket } = this;
    const company = ticket.account_id
      ? html`<a href=${address("clients", ticket.account_id)}>${ticket.account_name || t("dk.openClient")}</a>`
      : html`<span class="muted">${t("dk.noClient")}</span>`;
    const author = ticket.author_name || ticket.author_email || ticket.author_phone;
    return html`<section class="card" aria-label=${t("dk.client")}>
      <h2>${t("dk.client")}</h2>
      <dl class="facts tight">
        ${fact(t("dk.company"), company)} ${ticket.outlet_id ? fact(t("dk.outlet"), ticket.outlet_name || "…") : nothing}
        ${author ? fact(t("dk.author"), html`${ticket.author_name}${ticket.author_account_id ? html` <pl-badge tone="good">${t("dk.hasAccount")}</pl-badge>` : nothing}`) : nothing}
        ${ticket.author_email ? fact(label("", "email"), html`<a href=${`mailto:${ticket.author_email}`}>${ticket.author_email}</a>`) : nothing}
        ${ticket.author_phone ? fact(label("", "phone"), html`<a class="digits" href=${`tel:+${ticket.author_phone.replace(/\D/g, "")}`}>${ticket.author_phone}</a>`) : nothing}
        ${ticket.split_from ? fact(t("dk.splitFrom"), neighbour(ticket.split_from)) : nothing}
        ${ticket.parts.length ? fact(t("dk.parts"), ticket.parts.map(neighbour)) : nothing} ${ticket.merged.length ? fact(t("dk.mergedHere"), ticket.merged.map(neighbour)) : nothing}
      </dl>
      ${this.mayEdit ? (this.linking ? this.#linkForm() : html`<pl-button size="small" look="link" icon="link" @click=${this.#beginLinking}>${t(ticket.account_id ? "dk.otherClient" : "dk.linkClient")}</pl-button>`) : nothing}
    </section>`;
  }

  #beginLinking() {
    const { ticket } = this;
    this.linking = { account: ticket.account_id ?? "", accountName: ticket.account_name ?? "", outlet: ticket.outlet_id ?? "", outletName: ticket.outlet_name ?? "" };
  }

  #linkForm() {
    const linking = /** @type {NonNullable<TicketSide["linking"]>} */ (this.linking);
    const set = (/** @type {Partial<typeof linking>} */ some) => (this.linking = { ...linking, ...some });
    const save = async () => {
      const outlet = linking.outlet || null;
      if (await this.page.edit({ account_id: linking.account || null, outlet_id: outlet })) this.linking = null;
    };
    const found = (/** @type {any[]} */ list, /** @type {string|null} */ key) => list.find((one) => one.key === key)?.text ?? "";
    /** @type {any[]} */
    let clients = [];
    const search = async (/** @type {string} */ words) => (clients = await findClients(words));
    return html`<div class="stack tight">
      ${picker({ label: t("dk.company"), value: linking.account, text: linking.accountName, search, pick: (key) => set({ account: key ?? "", accountName: found(clients, key), outlet: "", outletName: "" }) })}
      ${linking.account ? picker({ label: t("dk.outlet"), value: linking.outlet, text: linking.outletName, search: findOutlets(linking.account), pick: async (key) => set({ outlet: key ?? "", outletName: found(await findOutlets(linking.account)(""), key) }), placeholder: t("dk.noOutlet") }) : nothing}
      <div class="row-tools"><pl-button size="small" look="main" @click=${save}>${t("save")}</pl-button><pl-button size="small" look="quiet" @click=${() => (this.linking = null)}>${t("cancel")}</pl-button></div>
    </div>`;
  }

  #kind() {
    const { ticket, page } = this;
    const edit = (/** @type {string} */ name) => (/** @type {string|null} */ key) => page.edit({ [name]: key });
    const off = !this.mayEdit;
    const priorities = PRIORITIES.map((value) => ({ value, label: valueText("priority", value) }));
    return html`<section class="card" aria-label=${t("dk.work")}>
      <h2>${t("dk.work")}</h2>
      <div class="stack tight" ?inert=${off}>
        ${picker({ label: t("dk.assignee"), value: ticket.assignee_id, text: ticket.assignee_name || staffName(ticket.assignee_id), search: findStaff, pick: edit("assignee_id"), placeholder: t("dk.nobody") })}
        <div class="two">
          <pl-field type="select" label=${label("", "priority")} .options=${priorities} .value=${ticket.priority} @change=${(/** @type {any} */ event) => page.edit({ priority: event.currentTarget.value })}></pl-field>
          <div class="line-now"><span class="small muted">${t("dk.line")}</span><b>${lineName(ticket.line)}</b></div>
        </div>
        ${known("ticket-categories", label("", "category_id"), ticket.category_id, edit("category_id"), { placeholder: t("none") })}
        ${known("support-resources", label("", "resource_id"), ticket.resource_id, edit("resource_id"), { placeholder: t("none") })}
        ${known("problems", t("dk.problem"), ticket.problem_id, edit("problem_id"), { placeholder: t("none") })}
        ${ticket.problem_id ? html`<a class="small" href=${address("problems", ticket.problem_id)}>${t("dk.openProblem")}</a>` : nothing}
        ${this.#tags()}
      </div>
    </section>`;
  }

  #tags() {
    const { ticket, page } = this;
    const add = () => {
      const tag = this.tag.trim();
      this.tag = "";
      if (tag && !ticket.tags.includes(tag)) page.edit({ tags: [...ticket.tags, tag] });
    };
    const key = (/** @type {KeyboardEvent} */ event) => event.key === "Enter" && (event.preventDefault(), add());
    return html`<div>
      <span class="small muted">${t("dk.tags")}</span>
      <p class="tag-row">${ticket.tags.map((/** @type {string} */ tag) => html`<span class="tag">${tag}${this.mayEdit ? html`<button type="button" aria-label=${`${t("remove")}: ${tag}`} @click=${() => page.edit({ tags: ticket.tags.filter((/** @type {string} */ one) => one !== tag) })}>×</button>` : nothing}</span>`)}
        ${this.mayEdit ? html`<input class="tag-input" aria-label=${t("dk.addTag")} placeholder=${t("dk.addTag")} maxlength="40" .value=${this.tag} @input=${(/** @type {any} */ event) => (this.tag = event.target.value)} @keydown=${key} @blur=${add} />` : nothing}</p>
    </div>`;
  }

  #history() {
    const events = [...this.about.events].reverse();
    return html`<details class="card history">
      <summary><h2>${t("dk.history")} <span class="muted small">${events.length}</span></h2></summary>
      <ol class="events-list">${events.map((one) => html`<li><span>${eventWords(one)}</span><span class="muted small">${one.actor_name || t(`dk.by.${one.actor}`)}, ${when(one.at)}</span></li>`)}</ol>
    </details>`;
  }

  render() {
    const { ticket, about, page } = this;
    if (!ticket || !about) return nothing;
    return html`<aside class="ticket-side" aria-label=${t("dk.details")}>
      ${this.#client()} ${this.#kind()} ${promises(about.promises)}
      <pl-side-lists .ticket=${ticket} .about=${about} .page=${page}></pl-side-lists>
      ${ticket.call_id ? html`<pl-side-call .ticket=${ticket}></pl-side-call>` : nothing} ${remote(about.remote, page)} ${this.#history()}
    </aside>`;
  }
}

customElements.define("pl-ticket-side", TicketSide);
