// <pl-registrations-page>: who asked to be let in: confirmed with their outlets, or rejected with a reason.
import { html, nothing } from "../../vendor/lit.js";
import { label, t, valueText } from "../../i18n/panel.js";
import "../../elements/dialog.js";
import { app } from "../core/app.js";
import { ListPage } from "../core/list-page.js";
import { address, go } from "../core/router.js";
import { refusal } from "../core/saving.js";
import { outletsEditor } from "./outlets-editor.js";
import { fact, when } from "./parts.js";

const TONES = /** @type {Record<string, string>} */ ({ new: "accent", confirmed: "good", rejected: "" });

/** Outlets as they were written: a line each, or divided by semicolons; what stands after a dash is the address. @param {string} text */
export function outletsOf(text) {
  const lines = (text ?? "").split(/[\n;]+/).map((line) => line.trim().replace(/^[-*•\d.)\s]+(?=\S)/, "")).filter(Boolean);
  return lines.map((line) => {
    const [name, ...rest] = line.split(/\s+[-–—]\s+|,\s+/);
    return { name: name.slice(0, 200), address: rest.join(", ").slice(0, 300) };
  });
}

export class RegistrationsPage extends ListPage {
  static properties = { open: { state: true }, form: { state: true }, refusal: { state: true } };

  constructor() {
    super();
    this.path = "/registrations";
    this.page = "registrations";
    this.topics = ["config", "tickets"];
    /** The one that is decided. @type {any} */
    this.open = null;
    /** @type {Record<string, any>} */
    this.form = {};
    /** @type {import("../core/saving.js").Refusal|null} */
    this.refusal = null;
  }

  get state() {
    return this.place.query.state || "new";
  }

  query() {
    const query = super.query();
    if (this.state === "all") query.delete("state");
    else query.set("state", this.state);
    return query;
  }

  filters() {
    return html`${this.choice("state", t("dk.state"), ["new", "confirmed", "rejected", "all"].map((value) => ({ value, label: value === "all" ? t("any") : valueText("registration", value) })))}
      ${this.typed("q", t("search"), "search")}`;
  }

  get emptyText() {
    return t(this.state === "new" ? "cl.noNew" : "nothing");
  }

  /** @param {any} one @param {boolean} [reject] */
  #show(one, reject = false) {
    this.refusal = null;
    this.open = one;
    const { company, name, timezone } = one;
    this.form = { reject, reason: "", company, name, tax_id: "", timezone, note: "", outlets: outletsOf(one.outlets) };
  }

  columns() {
    return [
      { key: "at", head: t("cl.askedAt"), cell: (/** @type {any} */ one) => when(one.created_at) },
      { key: "company", head: t("dk.company"), wide: true, cell: (/** @type {any} */ one) => html`<b>${one.company}</b>${one.comment ? html`<br /><span class="muted small clamp">${one.comment}</span>` : nothing}` },
      { key: "person", head: t("cl.person"), cell: (/** @type {any} */ one) => html`${one.name}${one.known ? html` <pl-badge tone="warn">${t("cl.known")}</pl-badge>` : nothing}<br /><span class="muted small">${one.email}${one.phone ? html` · <span class="digits">${one.phone}</span>` : nothing}</span>` },
      { key: "state", head: t("dk.state"), cell: (/** @type {any} */ one) => html`<pl-badge tone=${TONES[one.state] ?? ""} dot>${valueText("registration", one.state)}</pl-badge>` },
      {
        key: "do",
        head: "",
        cell: (/** @type {any} */ one) => {
          if (one.state === "confirmed" && one.account_id) return html`<a href=${address("clients", one.account_id)}>${t("dk.openClient")}</a>`;
          if (one.state !== "new") return html`<span class="muted small">${one.reason}</span>`;
          return html`<div class="row-tools still">
            ${app.can("POST", "/registrations/{id}/confirm") ? html`<pl-button size="small" look="main" icon="check" @click=${() => this.#show(one)}>${t("cl.confirm")}</pl-button>` : nothing}
            ${app.can("POST", "/registrations/{id}/reject") ? html`<pl-button size="small" tone="bad" @click=${() => this.#show(one, true)}>${t("cl.reject")}</pl-button>` : nothing}
          </div>`;
        },
      },
    ];
  }

  /** @param {Event} event */
  async #decide(event) {
    event.preventDefault();
    const { form, open } = this;
    const path = `/registrations/${encodeURIComponent(open.id)}/${form.reject ? "reject" : "confirm"}`;
    if (form.reject && !form.reason.trim()) {
      this.refusal = { text: t("dk.giveReason"), fields: [], conflict: false, usedBy: [], gone: false };
      return;
    }
    const { company, name, tax_id, timezone, note } = form;
    const outlets = form.outlets.filter((/** @type {any} */ one) => one.name.trim());
    const body = form.reject ? { reason: form.reason.trim() } : { company, name, tax_id, timezone, note, outlets };
    this.busy = true;
    try {
      const made = await app.request("POST", path, { body });
      this.open = null;
      app.toast(t(form.reject ? "cl.rejected" : "cl.confirmed"));
      if (made?.account_id && app.can("GET", "/clients/{id}")) go(address("clients", made.account_id));
      else await this.load();
    } catch (error) {
      this.refusal = refusal(error);
    } finally {
      this.busy = false;
    }
  }

  /** @param {string} name @param {string} text */
  #field(name, text) {
    const problem = this.refusal?.fields.find((one) => one.path === `body.${name}`)?.message ?? "";
    return html`<pl-field label=${text} problem=${problem} .value=${this.form[name]} @input=${(/** @type {any} */ event) => (this.form = { ...this.form, [name]: event.currentTarget.value })}></pl-field>`;
  }

  #dialog() {
    const { open, form } = this;
    const outlets = () => outletsEditor({ value: form.outlets, set: (next) => (this.form = { ...form, outlets: next }), problems: this.refusal?.fields ?? [] });
    return html`<pl-dialog size=${form.reject ? "" : "wide"} heading=${t(form.reject ? "cl.reject" : "cl.confirm")} close-label=${t("close")} open @close=${() => (this.open = null)}>
      <form class="stack full" id="decide" @submit=${this.#decide}>
        ${this.refusal ? html`<p class="notice bad" role="alert">${this.refusal.text}</p>` : nothing}
        <dl class="facts">
          ${fact(t("dk.company"), open.company)} ${fact(t("cl.person"), open.name)} ${fact(label("", "email"), open.email)} ${open.phone ? fact(label("", "phone"), open.phone) : nothing}
          ${open.address ? fact(t("cl.fromAddress"), html`<span class="digits">${open.address}</span>`) : nothing} ${open.comment ? fact(label("", "comment"), open.comment) : nothing}
        </dl>
        ${form.reject
          ? html`<pl-field type="textarea" rows="4" limit="1000" label=${t("cl.rejectReason")} .value=${form.reason} @input=${(/** @type {any} */ event) => (this.form = { ...form, reason: event.currentTarget.value })}></pl-field>`
          : html`${open.outlets ? html`<details><summary class="muted small">${t("cl.outletsWritten")}</summary><pre>${open.outlets}</pre></details>` : nothing}
              <div class="fields">${this.#field("company", t("cl.accountName"))} ${this.#field("name", t("cl.person"))} ${this.#field("tax_id", t("cl.taxId"))} ${this.#field("timezone", label("", "timezone"))} ${this.#field("note", label("", "note"))}</div>
              ${outlets()}`}
        <p class="row-actions"><pl-button kind="submit" look="main" tone=${form.reject ? "bad" : ""} ?busy=${this.busy}>${t(form.reject ? "cl.reject" : "cl.confirm")}</pl-button>
          <pl-button @click=${() => (this.open = null)}>${t("cancel")}</pl-button></p>
      </form>
    </pl-dialog>`;
  }

  render() {
    return html`${super.render()} ${this.open ? this.#dialog() : nothing}`;
  }
}

customElements.define("pl-registrations-page", RegistrationsPage);
