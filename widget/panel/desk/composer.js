// <pl-composer>: an answer to the client or a note for staff: ready answers by `/`, files dropped or pasted, a state with it.
import { html, live, nothing } from "../../vendor/lit.js";
import { t, valueText } from "../../i18n/panel.js";
import "../../elements/menu.js";
import { app } from "../core/app.js";
import { PanelPage } from "../core/page.js";
import { refusal } from "../core/saving.js";
import { moves, newId } from "./figures.js";
import { Attachments } from "./attachments.js";
import { ReadyAnswers } from "./ready-answers.js";

const ICONS = /** @type {Record<string, string>} */ ({ in_work: "play", waiting: "pause", solved: "check", closed: "lock", reopened: "refresh" });
const DRAFT = "paylater.desk.draft.";

export class Composer extends PanelPage {
  static properties = { ticket: { attribute: false }, body: { state: true }, open: { state: true }, over: { state: true } };

  constructor() {
    super();
    /** @type {any} */
    this.ticket = null;
    this.body = "";
    /** The client reads it. */
    this.open = true;
    /** Files are being dragged over it. */
    this.over = false;
    this.shown = "";
    /** The id of what is being written: sent twice it is said once. */
    this.id = "";
    this.files = new Attachments(() => this.requestUpdate());
    this.ready = new ReadyAnswers(() => this.requestUpdate());
  }

  willUpdate() {
    if (!this.ticket || this.shown === this.ticket.id) return;
    this.shown = this.ticket.id;
    this.id = "";
    this.files.clear();
    const kept = JSON.parse(window.sessionStorage.getItem(DRAFT + this.shown) ?? "null");
    this.body = kept?.body ?? "";
    this.open = kept?.open ?? true;
  }

  get area() {
    return /** @type {HTMLTextAreaElement} */ (this.querySelector("textarea"));
  }

  /** Begin to write. @param {boolean} open for the client, or for staff alone */
  async begin(open) {
    this.open = open;
    await this.updateComplete;
    this.area.focus();
    this.querySelector(".composer")?.scrollIntoView({ block: "nearest" });
  }

  #keep() {
    const key = DRAFT + this.ticket.id;
    if (this.body) window.sessionStorage.setItem(key, JSON.stringify({ body: this.body, open: this.open }));
    else window.sessionStorage.removeItem(key);
  }

  #typed() {
    this.body = this.area.value;
    this.#keep();
    this.tell("typing", Boolean(this.body));
    this.ready.at(this.body, this.area.selectionStart);
  }

  /** @param {any} answer */
  async #insert(answer) {
    const { area } = this;
    const text = await this.ready.text(answer, this.ticket);
    const from = this.ready.found?.from ?? area.selectionStart;
    const before = this.body.slice(0, from);
    this.body = `${before}${text}${this.body.slice(area.selectionEnd)}`;
    this.ready.close();
    this.#keep();
    await this.updateComplete;
    area.focus();
    area.setSelectionRange(before.length + text.length, before.length + text.length);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (this.ready.open) {
      const chosen = this.ready.key(event.key);
      if (chosen !== undefined) {
        event.preventDefault();
        event.stopPropagation();
        if (chosen) this.#insert(chosen);
        return;
      }
    }
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.send();
    }
  }

  /** @param {ClipboardEvent} event */
  #paste(event) {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    this.files.add(files);
  }

  /** @param {DragEvent} event */
  #drop(event) {
    event.preventDefault();
    this.over = false;
    this.files.add([...(event.dataTransfer?.files ?? [])]);
  }

  get #occupied() {
    return this.busy || this.files.busy;
  }

  /** @param {string} [state] where the request goes with it */
  async send(state = "") {
    if (this.#occupied) return;
    const body = this.body.trim();
    const files = this.files.ids;
    if (!body && !files.length) {
      this.problem = t("dk.writeFirst");
      this.area.focus();
      return;
    }
    this.id ||= newId();
    this.busy = true;
    try {
      const sent = { id: this.id, body: body || t("dk.fileOnly"), public: this.open, file_ids: files, ...(state ? { state } : {}) };
      await app.request("POST", `/tickets/${encodeURIComponent(this.ticket.id)}/messages`, { body: sent });
      this.problem = this.body = this.id = "";
      this.files.clear();
      this.#keep();
      this.tell("typing", false);
      this.tell("sent");
    } catch (error) {
      const found = refusal(error);
      this.problem = found.fields.length ? found.fields.map((one) => one.message).join(". ") : found.text;
    } finally {
      this.busy = false;
    }
  }

  #answers() {
    const { ready } = this;
    if (!ready.open) return nothing;
    return html`<ul class="ready-list" role="listbox" id="ready-list" aria-label=${t("dk.ready")}>
      ${ready.choices.length
        ? ready.choices.map(
            (one, n) => html`<li role="option" id=${`ready-${n}`} aria-selected=${String(n === ready.chosen)} class=${n === ready.chosen ? "on" : ""} @pointerdown=${(/** @type {Event} */ event) => event.preventDefault()} @click=${() => this.#insert(one)}>
              <b>${one.name}</b> ${one.shortcut ? html`<code>/${one.shortcut}</code>` : nothing}<span class="muted small cut">${one.text}</span>
            </li>`,
          )
        : html`<li class="muted">${t("dk.noReady")}</li>`}
    </ul>`;
  }

  #send() {
    const states = moves(this.ticket).filter((one) => one !== "in_work" || this.ticket.state !== "new");
    const choices = app.can("POST", "/tickets/{id}/state") ? states.map((one) => ({ value: one, label: t("dk.sendAnd", { state: valueText("moveTo", one).toLowerCase() }), icon: ICONS[one] })) : [];
    return html`<span class="send"><pl-button look="main" icon=${this.open ? "forward" : "lock"} ?busy=${this.busy} ?disabled=${this.files.busy} @click=${() => this.send()}>${t(this.open ? "dk.send" : "dk.saveNote")}</pl-button>
      ${choices.length
        ? html`<pl-menu side="end" label=${t("dk.sendWith")} .choices=${choices} @choose=${(/** @type {CustomEvent} */ event) => this.send(event.detail)}><pl-button slot="opener" look="main" size="icon" icon="arrowDown" popup="menu" label=${t("dk.sendWith")}></pl-button></pl-menu>`
        : nothing}</span>`;
  }

  render() {
    if (!this.ticket) return nothing;
    const turn = (/** @type {boolean} */ open, /** @type {string} */ word, /** @type {string} */ icon) =>
      html`<pl-button size="small" icon=${icon} .pressed=${this.open === open} @click=${() => this.begin(open)}>${t(word)}</pl-button>`;
    const pick = (/** @type {Event} */ event) => {
      const input = /** @type {HTMLInputElement} */ (event.target);
      this.files.add([...(input.files ?? [])]);
      input.value = "";
    };
    return html`<section class=${`composer ${this.open ? "" : "note"} ${this.over ? "over" : ""}`} aria-label=${t("dk.answer")}
      @dragover=${(/** @type {DragEvent} */ event) => {
        event.preventDefault();
        this.over = true;
      }} @dragleave=${() => (this.over = false)} @drop=${this.#drop}>
      <div class="toggles" role="group" aria-label=${t("dk.whoReads")}>
        ${turn(true, "dk.toClient", "forward")} ${turn(false, "dk.toStaff", "lock")}<span class="space"></span>
        ${this.ready.known ? html`<pl-button size="small" look="quiet" icon="text" label=${t("dk.readyHint")} @click=${() => this.ready.show(this.area)}>${t("dk.ready")}</pl-button>` : nothing}
      </div>
      <div class="write">
        <textarea rows="5" aria-label=${t(this.open ? "dk.answerBody" : "dk.noteBody")} placeholder=${t(this.open ? "dk.answerPlace" : "dk.notePlace")} aria-autocomplete="list" aria-controls="ready-list"
          aria-activedescendant=${this.ready.open ? `ready-${this.ready.chosen}` : nothing}
          .value=${live(this.body)} @input=${this.#typed} @keydown=${this.#key} @paste=${this.#paste} @blur=${() => this.ready.close()}></textarea>${this.#answers()}
      </div>
      ${this.files.chips()} ${this.trouble()}
      <div class="foot">
        ${app.can("POST", "/ticket-files") ? html`<label class="attach"><pl-icon name="clip"></pl-icon><span>${t("dk.attach")}</span><input type="file" multiple @change=${pick} /></label>` : nothing}
        <span class="space"></span><span class="muted small wide-only">Ctrl + Enter</span>${this.#send()}
      </div>
    </section>`;
  }
}

customElements.define("pl-composer", Composer);
