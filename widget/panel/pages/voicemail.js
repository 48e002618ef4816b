// <pl-voicemail-page>: messages that callers left: listen, mark, delete.
import { html, nothing } from "../../vendor/lit.js";
import { label, t } from "../../i18n/panel.js";
import "../../elements/picker.js";
import "../../elements/table.js";
import { app } from "../core/app.js";
import { duration, moment } from "../core/cells.js";
import { ListPage } from "../core/list-page.js";
import "../speech/message-speech.js";

export class VoicemailPage extends ListPage {
  static properties = { playing: { state: true } };

  constructor() {
    super();
    this.path = "/voicemail-messages";
    this.page = "voicemail";
    this.topics = ["voicemail"];
    this.playing = "";
  }

  /** @param {any} item @param {boolean} heard */
  #mark(item, heard) {
    return this.act(() => app.request("PATCH", `${this.path}/${item.id}`, { body: { heard } }));
  }

  /** @param {any} item */
  #play(item) {
    this.playing = item.id;
    if (!item.heard_at) this.#mark(item, true);
  }

  /** @param {any} item */
  #delete(item) {
    if (window.confirm(t("deleteSure", { name: item.caller || "—" }))) this.act(() => app.request("DELETE", `${this.path}/${item.id}`));
  }

  /** @param {any} item */
  #sound(item) {
    if (this.playing !== item.id) return html`<pl-button size="small" icon="play" @click=${() => this.#play(item)}>${duration(item.duration_s)}</pl-button>`;
    return html`<pl-message-speech .message=${item}></pl-message-speech>`;
  }

  columns() {
    return [
      { key: "at", head: label("Message", "at"), cell: (/** @type {any} */ one) => html`${one.heard_at ? nothing : html`<pl-badge tone="accent" dot>${t("newOne")}</pl-badge> `}${moment(one.created_at)}` },
      { key: "caller", head: label("Message", "caller"), cell: (/** @type {any} */ one) => one.caller || "—" },
      { key: "box", head: label("Message", "box_id"), cell: (/** @type {any} */ one) => app.lookups.name("voicemail-boxes", one.box_id) },
      { key: "sound", head: t("recording"), wide: true, cell: (/** @type {any} */ one) => this.#sound(one) },
      {
        key: "do",
        head: "",
        cell: (/** @type {any} */ one) => html`<pl-button size="small" look="quiet" @click=${() => this.#mark(one, !one.heard_at)}>${t(one.heard_at ? "markNew" : "markHeard")}</pl-button>
          ${app.can("DELETE", "/voicemail-messages/{id}") ? html`<pl-button size="icon" look="quiet" icon="trash" label=${t("delete")} @click=${() => this.#delete(one)}></pl-button>` : nothing}`,
      },
    ];
  }

  filters() {
    const states = ["", "false", "true"].map((value) => ({ value, label: t(value === "" ? "any" : value === "true" ? "heard" : "newOnes") }));
    return html`${this.choice("heard", t("state"), states)} ${this.picker("box_id", label("Message", "box_id"), "voicemail-boxes")}`;
  }
}

customElements.define("pl-voicemail-page", VoicemailPage);
