// <pl-files>: files to send along: dropped, pasted or chosen; each goes up at once and shows how far it is. Event `files`.
import { html, nothing } from "../../vendor/lit.js";
import { t } from "../../i18n/portal.js";
import { PayLaterElement } from "../../elements/base.js";
import { app } from "../core/app.js";
import { newId } from "../core/ids.js";
import { failure } from "../core/problems.js";
import { size } from "../core/texts.js";

/** @typedef {{id: string, name: string, size_bytes: number, state: "sending"|"kept"|"failed", share: number, problem: string, file?: File, stop?: AbortController}} Item */

/** What is wrong with a file, before it goes up. @param {File} file */
function fault(file) {
  const { bytes, types } = app.files;
  const ending = /\.([^.]+)$/.exec(file.name)?.[1].toLowerCase() ?? "";
  if (file.size > bytes) return t("files.tooLarge", { size: size(bytes) });
  if (!file.size) return t("files.empty");
  return types.includes(ending) ? "" : t("files.kind", { ending: ending ? `.${ending}` : "—" });
}

export class Files extends PayLaterElement {
  static properties = { items: { state: true }, over: { state: true }, note: { state: true } };

  constructor() {
    super();
    /** @type {Item[]} */
    this.items = [];
    this.over = false;
    this.note = "";
  }

  createRenderRoot() {
    return this;
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    for (const item of this.items) item.stop?.abort();
  }

  /** Files that are there already, of a draft. @param {import("../core/drafts.js").KeptFile[]} files */
  restore(files) {
    this.items = files.map((one) => ({ ...one, state: "kept", share: 1, problem: "" }));
  }

  /** Those that may be sent. @returns {import("../core/drafts.js").KeptFile[]} */
  get kept() {
    return this.items.filter((one) => one.state === "kept").map(({ id, name, size_bytes }) => ({ id, name, size_bytes }));
  }

  get sending() {
    return this.items.some((one) => one.state === "sending");
  }

  /** @param {Iterable<File>} files */
  add(files) {
    const { count } = app.files;
    this.note = "";
    for (const file of files) {
      if (this.items.length >= count) {
        this.note = t("files.tooMany", { n: count });
        break;
      }
      const problem = fault(file);
      /** @type {Item} */
      const item = { id: newId(), name: file.name, size_bytes: file.size, state: problem ? "failed" : "sending", share: 0, problem, file: problem ? undefined : file };
      this.items = [...this.items, item];
      if (!problem) this.#send(item);
    }
    this.#told();
  }

  /** @param {Item} item */
  async #send(item) {
    const stop = new AbortController();
    Object.assign(item, { state: "sending", share: 0, problem: "", stop });
    this.requestUpdate();
    try {
      const progress = (/** @type {number} */ share) => {
        item.share = share;
        this.requestUpdate();
      };
      const kept = await app.upload("/portal/files", item.id, /** @type {File} */ (item.file), progress, stop.signal);
      Object.assign(item, { id: kept.id, name: kept.name, size_bytes: kept.size_bytes, state: "kept", share: 1 });
    } catch (error) {
      if (stop.signal.aborted) return;
      Object.assign(item, { state: "failed", problem: failure(error) });
    }
    this.requestUpdate();
    this.#told();
  }

  #told() {
    this.tell("files", this.kept);
  }

  /** @param {Item} item */
  #remove(item) {
    item.stop?.abort();
    this.items = this.items.filter((one) => one !== item);
    this.note = "";
    this.#told();
    /** @type {HTMLElement|null} */ (this.querySelector(".choose pl-button"))?.focus();
  }

  /** @param {DragEvent} event */
  #drag(event) {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    this.over = event.type !== "dragleave" && event.type !== "drop";
    if (event.type === "drop") this.add(event.dataTransfer.files);
  }

  /** @param {Event} event */
  #chosen(event) {
    const input = /** @type {HTMLInputElement} */ (event.target);
    this.add(input.files ?? []);
    input.value = "";
  }

  /** @param {Item} item */
  #item(item) {
    const percent = Math.round(item.share * 100);
    return html`<li class=${item.state}>
      <pl-icon name=${item.state === "failed" ? "alert" : item.state === "kept" ? "check" : "upload"}></pl-icon>
      <span class="name">${item.name}</span>
      <span class="small muted">${item.state === "sending" ? html`<span class="digits">${percent} %</span>` : size(item.size_bytes)}</span>
      ${item.state === "failed" && item.file ? html`<pl-button size="small" look="quiet" icon="refresh" label=${t("retry")} @click=${() => this.#send(item)}></pl-button>` : nothing}
      <pl-button size="small" look="quiet" icon="close" label=${t("files.remove", { name: item.name })} @click=${() => this.#remove(item)}></pl-button>
      ${item.state === "sending" ? html`<progress max="100" .value=${percent} aria-label=${t("files.progress", { name: item.name })}></progress>` : nothing}
      ${item.problem ? html`<span class="problem" role="alert">${item.problem}</span>` : nothing}
    </li>`;
  }

  render() {
    const { count, bytes, types } = app.files;
    return html`<div class=${`files ${this.over ? "over" : ""}`} @dragover=${this.#drag} @dragleave=${this.#drag} @drop=${this.#drag}>
      <p class="choose">
        <pl-button icon="upload" size="small" @click=${() => /** @type {HTMLElement|null} */ (this.querySelector("input"))?.click()}>${t("files.choose")}</pl-button>
        <span class="small muted">${t("files.limits", { n: count, size: size(bytes) })}</span>
        <input type="file" multiple hidden accept=${types.map((ending) => `.${ending}`).join(",")} @change=${this.#chosen} aria-label=${t("files.choose")} />
      </p>
      ${this.items.length ? html`<ul aria-label=${t("files.list")}>${this.items.map((item) => this.#item(item))}</ul>` : nothing}
      ${this.note ? html`<p class="problem" role="alert">${this.note}</p>` : nothing}
    </div>`;
  }
}

customElements.define("pl-files", Files);
