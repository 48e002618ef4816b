// <pl-new-ticket>: a request opened by staff, in the name of a client or of somebody not known yet.
import { html, nothing } from "../../vendor/lit.js";
import { label, t, valueText } from "../../i18n/panel.js";
import { app } from "../core/app.js";
import { PanelPage } from "../core/page.js";
import { address, go, guardLeaving } from "../core/router.js";
import { refusal } from "../core/saving.js";
import { Attachments } from "./attachments.js";
import { newId, PRIORITIES } from "./figures.js";
import { clientName, findClients, findOutlets, findStaff, known, picker, staffName } from "./pick.js";

/** @type {Record<string, any>} */
const EMPTY = {
  account_id: null, outlet_id: null, outlet: "", author_account_id: null, author: "", author_name: "", author_email: "", author_phone: "",
  subject: "", description: "", category_id: null, priority: "", resource_id: null, assignee_id: null, tags: "",
};

export class NewTicket extends PanelPage {
  static properties = { value: { state: true }, problems: { state: true } };

  constructor() {
    super();
    /** @type {Record<string, any>} */
    this.value = { ...EMPTY };
    /** @type {Record<string, string>} what is wrong, by field */
    this.problems = {};
    this.files = new Attachments(() => this.requestUpdate());
    this.id = newId();
  }

  connectedCallback() {
    super.connectedCallback();
    const { account } = this.place.query;
    this.value = { ...EMPTY, account_id: account || null };
    const begun = () => Boolean(this.value.subject || this.value.description);
    guardLeaving(() => !begun() || window.confirm(t("unsaved")));
    this.whileConnected(() => guardLeaving(null));
  }

  /** @param {Record<string, any>} some */
  #set(some) {
    this.value = { ...this.value, ...some };
    this.problems = Object.fromEntries(Object.entries(this.problems).filter(([name]) => !(name in some)));
  }

  /** @param {string} name */
  #typed(name) {
    return (/** @type {any} */ event) => this.#set({ [name]: event.currentTarget.value });
  }

  /** @param {string} name @param {string} text @param {Record<string, any>} [more] */
  #field(name, text, more = {}) {
    return html`<pl-field class=${more.wide ? "wide" : ""} label=${text} type=${more.type ?? "text"} rows=${more.rows ?? 3} limit=${more.limit ?? 0} ?required=${more.required ?? false} hint=${more.hint ?? ""}
      problem=${this.problems[name] ?? ""} .value=${this.value[name]} @input=${this.#typed(name)}></pl-field>`;
  }

  /** People of the company. @param {string} words */
  async #people(words) {
    const { account_id: id } = this.value;
    if (!id) return [];
    const page = app.can("GET", "/clients/{id}/children") ? await app.request("GET", `/clients/${id}/children`) : { items: [] };
    const all = [{ id, name: clientName(id) }, ...page.items];
    const wanted = words.toLowerCase();
    return all.filter((one) => one.name.toLowerCase().includes(wanted)).map((one) => ({ key: one.id, text: one.name, item: one }));
  }

  get #occupied() {
    return this.busy || this.files.busy;
  }

  /** @param {Event} event */
  async #send(event) {
    event.preventDefault();
    if (!this.value.subject.trim()) {
      this.problems = { subject: t("dk.giveSubject") };
      return;
    }
    if (this.#occupied) return;
    this.busy = true;
    try {
      const made = await app.request("POST", "/tickets", { body: this.#body() });
      guardLeaving(null);
      app.toast(t("dk.opened", { number: made.number }));
      go(address("desk", made.id), { replace: true });
    } catch (error) {
      const found = refusal(error);
      this.problems = Object.fromEntries(found.fields.map((one) => [one.path.replace(/^body\./, ""), one.message]));
      this.problem = found.text;
    } finally {
      this.busy = false;
    }
  }

  #body() {
    const { value } = this;
    const known = app.bodySchema("POST", "/tickets")?.properties ?? {};
    const texts = ["author_name", "author_email", "author_phone", "description"].map((name) => [name, value[name].trim()]);
    const refs = ["account_id", "outlet_id", "author_account_id", "category_id", "resource_id", "assignee_id"].filter((name) => value[name]).map((name) => [name, value[name]]);
    const tags = value.tags.split(",").map((/** @type {string} */ tag) => tag.trim()).filter(Boolean);
    const body = { id: this.id, subject: value.subject.trim(), ...Object.fromEntries([...texts, ...refs].filter(([, given]) => given)), ...(value.priority ? { priority: value.priority } : {}), ...(tags.length ? { tags } : {}), ...(this.files.ids.length ? { file_ids: this.files.ids } : {}) };
    return Object.fromEntries(Object.entries(body).filter(([name]) => name in known || name === "id" || name === "subject"));
  }

  #whose() {
    const { value } = this;
    /** @type {any[]} */
    let found = [];
    const outlets = async (/** @type {string} */ words) => (found = await findOutlets(value.account_id)(words));
    const people = async (/** @type {string} */ words) => (found = await this.#people(words));
    const text = (/** @type {string|null} */ key) => found.find((one) => one.key === key)?.text ?? "";
    return html`<section class="part wide first">
      <h2>${t("dk.whose")}</h2>
      <div class="fields">
        ${picker({ label: t("dk.company"), value: value.account_id, text: clientName(value.account_id), search: findClients, hint: t("dk.companyHint"), problem: this.problems.account_id, pick: (key) => this.#set({ account_id: key, outlet_id: null, outlet: "", author_account_id: null, author: "" }) })}
        ${value.account_id
          ? html`${picker({ label: t("dk.outlet"), value: value.outlet_id, text: value.outlet, search: outlets, placeholder: t("dk.noOutlet"), problem: this.problems.outlet_id, pick: (key) => this.#set({ outlet_id: key, outlet: text(key) }) })}
              ${picker({ label: t("dk.author"), value: value.author_account_id, text: value.author, search: people, placeholder: t("dk.notChosen"), pick: (key) => this.#set({ author_account_id: key, author: text(key) }) })}`
          : nothing}
        ${value.author_account_id ? nothing : html`${this.#field("author_name", t("dk.authorName"), { limit: 200 })} ${this.#field("author_phone", label("", "phone"), { type: "tel", limit: 40 })} ${this.#field("author_email", label("", "email"), { type: "email", limit: 200, hint: t("dk.emailHint") })}`}
      </div>
    </section>`;
  }

  render() {
    const { value } = this;
    const priorities = [{ value: "", label: t("dk.asCategory") }, ...PRIORITIES.map((one) => ({ value: one, label: valueText("priority", one) }))];
    const add = (/** @type {any} */ event) => {
      this.files.add([...(event.target.files ?? [])]);
      event.target.value = "";
    };
    return html`${this.head(t("dk.new"), { back: address("desk") })}
      <form class="card" novalidate @submit=${this.#send} @dragover=${(/** @type {Event} */ event) => event.preventDefault()} @drop=${(/** @type {DragEvent} */ event) => (event.preventDefault(), this.files.add([...(event.dataTransfer?.files ?? [])]))}>
        ${this.trouble()}
        <div class="fields">
          ${this.#whose()}
          <section class="part wide"><h2>${t("dk.what")}</h2><div class="fields">
            ${this.#field("subject", t("dk.subject"), { wide: true, limit: 300, required: true })} ${this.#field("description", t("dk.description"), { wide: true, type: "textarea", rows: 7 })}
            <div class="wide">${this.files.chips()}
              ${app.can("POST", "/ticket-files") ? html`<label class="attach"><pl-icon name="clip"></pl-icon><span>${t("dk.attach")}</span><input type="file" multiple @change=${add} /></label>` : nothing}</div>
            ${known("ticket-categories", label("", "category_id"), value.category_id, (key) => this.#set({ category_id: key }))}
            <pl-field type="select" label=${label("", "priority")} .options=${priorities} .value=${value.priority} @change=${this.#typed("priority")}></pl-field>
            ${known("support-resources", label("", "resource_id"), value.resource_id, (key) => this.#set({ resource_id: key }))}
            ${picker({ label: t("dk.assignee"), value: value.assignee_id, text: staffName(value.assignee_id), search: findStaff, placeholder: t("dk.nobody"), pick: (key) => this.#set({ assignee_id: key }) })}
            ${this.#field("tags", t("dk.tags"), { hint: t("dk.tagsHint") })}
          </div></section>
        </div>
        <div class="foot-bar"><pl-button kind="submit" look="main" ?busy=${this.busy} ?disabled=${this.files.busy}>${t("dk.openIt")}</pl-button></div>
      </form>`;
  }
}

customElements.define("pl-new-ticket", NewTicket);
