// <pl-ticket-dialogs>: windows of a request's page: another line, put together, taken apart, a move with its reason.
import { html, nothing } from "../../vendor/lit.js";
import { label, t, valueText } from "../../i18n/panel.js";
import "../../elements/dialog.js";
import { app } from "../core/app.js";
import { PanelPage } from "../core/page.js";
import { address, go } from "../core/router.js";
import { newId } from "./figures.js";
import { lineName, whose } from "./parts.js";
import { known } from "./pick.js";

const LINES = [1, 2, 3];

export class TicketDialogs extends PanelPage {
  static properties = { ticket: { attribute: false }, messages: { attribute: false }, page: { attribute: false }, asked: {}, target: {}, form: { state: true }, found: { state: true } };

  constructor() {
    super();
    /** @type {any} */
    this.ticket = null;
    /** @type {any[]} */
    this.messages = [];
    /** @type {import("./ticket.js").TicketPage} */
    this.page = /** @type {any} */ (null);
    this.asked = "";
    this.target = "";
    /** @type {Record<string, any>} */
    this.form = {};
    /** Requests to be put together with. @type {any[]} */
    this.found = [];
  }

  /** @param {Map<string, any>} changed */
  willUpdate(changed) {
    if (!changed.has("asked") || !this.asked || !this.ticket) return;
    const { ticket } = this;
    this.problem = "";
    this.found = [];
    this.form = { line: Math.min(3, ticket.line + 1), reason: "", category_id: ticket.category_id, resource_id: ticket.resource_id, q: "", into: null, subject: ticket.subject, ids: [] };
    if (this.asked === "merge" && ticket.account_id) this.#find("");
  }

  /** @param {Record<string, any>} some */
  #set(some) {
    this.form = { ...this.form, ...some };
  }

  /** @param {string} name */
  #typed(name) {
    return (/** @type {any} */ event) => this.#set({ [name]: event.currentTarget.value });
  }

  /** @param {string} tail @param {any} body @param {string} [done] */
  async #send(tail, body, done = "") {
    let answer = null;
    const ok = await this.page.act(async () => (answer = await app.request("POST", `${this.page.path}/${tail}`, { body })), done);
    return ok ? /** @type {any} */ (answer) : null;
  }

  #needReason() {
    if (this.form.reason.trim()) return false;
    this.problem = t("dk.giveReason");
    return true;
  }

  #escalate() {
    const { form, ticket } = this;
    const line = (/** @type {number} */ one) => html`<pl-button size="small" .pressed=${form.line === one} ?disabled=${ticket.line === one} @click=${() => this.#set({ line: one })}>${lineName(one)}</pl-button>`;
    const send = () => {
      if (this.#needReason()) return;
      const { reason, category_id, resource_id } = form;
      const known = { ...(category_id ? { category_id } : {}), ...(resource_id ? { resource_id } : {}) };
      this.#send("escalate", { line: form.line, reason: reason.trim(), ...known }, t("dk.passedOn", { line: lineName(form.line) }));
    };
    return html`<div class="stack full">
        <div class="toggles" role="group" aria-label=${t("dk.toLine")}>${LINES.map(line)}</div>
        ${this.#reason(t("dk.whyEscalate"))}
        ${known("ticket-categories", label("", "category_id"), form.category_id, (key) => this.#set({ category_id: key }))}
        ${known("support-resources", label("", "resource_id"), form.resource_id, (key) => this.#set({ resource_id: key }))}
      </div>${this.#buttons(t("dk.pass"), send)}`;
  }

  /** @param {string} text */
  #reason(text) {
    return html`<pl-field type="textarea" label=${text} rows="3" limit="1000" problem=${this.problem} .value=${this.form.reason} @input=${this.#typed("reason")}></pl-field>`;
  }

  /** @param {string} text @param {() => void} send @param {boolean} [off] */
  #buttons(text, send, off = false) {
    return html`<pl-button slot="actions" @click=${() => (this.page.asked = "")}>${t("cancel")}</pl-button><pl-button slot="actions" look="main" ?disabled=${off} @click=${send}>${text}</pl-button>`;
  }

  #move() {
    const send = () => this.page.move(this.target, this.form.reason.trim());
    return html`${this.#reason(t("dk.whyMove"))}${this.#buttons(valueText("moveTo", this.target), send)}`;
  }

  /** @param {string} q */
  async #find(q) {
    const { ticket } = this;
    const query = new URLSearchParams({ limit: "10", ...(q.trim() ? { q: q.trim() } : ticket.account_id ? { account_id: ticket.account_id } : {}) });
    const page = await app.request("GET", `/tickets?${query}`).catch(() => ({ items: [] }));
    this.found = page.items.filter((/** @type {any} */ one) => one.id !== ticket.id);
  }

  #merge() {
    const { form } = this;
    const send = async () => {
      if (!form.into) {
        this.problem = t("dk.chooseOther");
        return;
      }
      if (await this.#send("merge", { into_id: form.into }, t("dk.mergedDone"))) go(address("desk", form.into));
    };
    const search = (/** @type {any} */ event) => {
      this.#set({ q: event.currentTarget.value });
      window.clearTimeout(this.timer);
      this.timer = window.setTimeout(() => this.#find(this.form.q), 250);
    };
    return html`<div class="stack full">
        <p class="hint">${t("dk.mergeHint")}</p>
        <pl-field type="search" label=${t("dk.searchAll")} placeholder=${t("dk.searchHint")} .value=${form.q} @input=${search}></pl-field>
        <ul class="choices" role="radiogroup" aria-label=${t("dk.mergeInto")}>
          ${this.found.map((one) => html`<li><label class=${form.into === one.id ? "chosen" : ""}><input type="radio" name="into" .checked=${form.into === one.id} @change=${() => this.#set({ into: one.id })} />
            <span><b class="digits">№ ${one.number}</b> ${one.subject}<br /><span class="muted small">${whose(one)}<br />${valueText("ticket", one.state)}</span></span></label></li>`)}
        </ul>
        ${this.found.length ? nothing : html`<p class="muted">${t("nothingFound")}</p>`} ${this.trouble()}
      </div>${this.#buttons(t("dk.merge"), send)}`;
  }

  timer = 0;

  #split() {
    const { form } = this;
    const flip = (/** @type {string} */ id) => this.#set({ ids: form.ids.includes(id) ? form.ids.filter((/** @type {string} */ one) => one !== id) : [...form.ids, id] });
    const send = async () => {
      this.problem = form.ids.length ? "" : t("dk.chooseMessages");
      this.#set({ wrong: form.subject.trim() ? "" : t("dk.giveSubject") });
      if (this.problem || this.form.wrong) return;
      const made = await this.#send("split", { id: newId(), subject: form.subject.trim(), message_ids: form.ids }, "");
      if (made) go(address("desk", made.id));
    };
    return html`<div class="stack full">
        <p class="hint">${t("dk.splitHint")}</p>
        <pl-field label=${t("dk.subject")} limit="300" problem=${form.wrong ?? ""} .value=${form.subject} @input=${this.#typed("subject")}></pl-field>
        <ul class="choices" aria-label=${t("dk.splitWhat")}>
          ${this.messages.map((one) => html`<li><label class=${form.ids.includes(one.id) ? "chosen" : ""}><input type="checkbox" .checked=${form.ids.includes(one.id)} @change=${() => flip(one.id)} />
            <span><b>${one.author_name || t(`dk.by.${one.author}`)}</b><br /><span class="muted small clamp">${one.body}</span></span></label></li>`)}
        </ul>
        ${this.messages.length ? nothing : html`<p class="muted">${t("dk.nothingToSplit")}</p>`} ${this.trouble()}
      </div>${this.#buttons(t("dk.splitDo"), send, !this.messages.length)}`;
  }

  render() {
    const { asked } = this;
    if (!this.ticket || !asked) return nothing;
    const parts = /** @type {Record<string, [string, () => unknown]>} */ ({
      escalate: [t("dk.escalate"), () => this.#escalate()],
      move: [valueText("moveTo", this.target), () => this.#move()],
      merge: [t("dk.merge"), () => this.#merge()],
      split: [t("dk.split"), () => this.#split()],
    });
    const [heading, content] = parts[asked];
    return html`<pl-dialog heading=${heading} close-label=${t("close")} open @close=${() => (this.page.asked = "")}>${content()}</pl-dialog>`;
  }
}

customElements.define("pl-ticket-dialogs", TicketDialogs);
