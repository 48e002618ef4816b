// Files that wait to be sent with something: each goes to the server at once, and is named when it is sent.
import { html, nothing } from "../../vendor/lit.js";
import { t } from "../../i18n/panel.js";
import { app } from "../core/app.js";
import { size } from "../core/cells.js";
import { failure } from "../core/saving.js";

/** @typedef {{name: string, size: number, id: string, problem: string, busy: boolean}} Attached */

export class Attachments {
  /** @param {() => void} changed */
  constructor(changed) {
    this.changed = changed;
    /** @type {Attached[]} */
    this.items = [];
  }

  get busy() {
    return this.items.some((one) => one.busy);
  }

  get ids() {
    return this.items.filter((one) => one.id).map((one) => one.id);
  }

  clear() {
    this.items = [];
    this.changed();
  }

  /** @param {File[]} files */
  async add(files) {
    if (!app.can("POST", "/ticket-files")) return;
    await Promise.all(files.map((file) => this.#upload(file)));
  }

  /** @param {File} file */
  async #upload(file) {
    /** @type {Attached} */
    const item = { name: file.name || "image.png", size: file.size, id: "", problem: "", busy: true };
    this.items = [...this.items, item];
    this.changed();
    try {
      const form = new FormData();
      form.set("file", file, item.name);
      const kept = await app.upload("POST", "/ticket-files", form);
      item.id = kept.id;
      item.name = kept.name ?? item.name;
    } catch (error) {
      item.problem = failure(error);
    } finally {
      item.busy = false;
      this.changed();
    }
  }

  /** @param {Attached} item */
  #remove(item) {
    this.items = this.items.filter((one) => one !== item);
    this.changed();
  }

  chips() {
    if (!this.items.length) return nothing;
    return html`<ul class="files" aria-label=${t("dk.files")}>
      ${this.items.map(
        (one) => html`<li class=${`file-chip ${one.problem ? "bad" : ""}`}>
          <pl-icon name=${one.problem ? "alert" : "clip"}></pl-icon><span class="cut">${one.name}</span>
          <span class="small ${one.problem ? "" : "muted"}">${one.problem || (one.busy ? t("dk.uploading") : size(one.size))}</span>
          <pl-button size="icon" look="quiet" icon="close" label=${`${t("remove")}: ${one.name}`} @click=${() => this.#remove(one)}></pl-button>
        </li>`,
      )}
    </ul>`;
  }
}
