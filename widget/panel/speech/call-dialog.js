// <pl-call-dialog>: a call's detail over the page; `call-id` says which, `query` and `from` where to look in its text.
import { html } from "../../vendor/lit.js";
import { t } from "../../i18n/panel.js";
import "../../elements/dialog.js";
import { app } from "../core/app.js";
import { PanelPage } from "../core/page.js";
import { callDetail } from "../pages/call-detail.js";

export class CallDialog extends PanelPage {
  static properties = { callId: { attribute: "call-id" }, query: {}, from: { type: Number }, call: { state: true } };

  constructor() {
    super();
    this.callId = "";
    this.query = "";
    this.from = -1;
    /** @type {any} */
    this.call = null;
  }

  /** @param {Map<string, any>} changed */
  willUpdate(changed) {
    if (changed.has("callId")) this.#open();
  }

  async #open() {
    const id = this.callId;
    this.call = null;
    if (!id) return;
    const call = await this.attempt(() => app.request("GET", `/calls/${encodeURIComponent(id)}`));
    if (this.callId !== id) return;
    this.call = call ?? null;
    if (!call) this.tell("missing", this.problem);
  }

  render() {
    return html`<pl-dialog size="wide" heading=${t("callDetail")} close-label=${t("close")} ?open=${Boolean(this.callId)}>
      ${this.call ? callDetail(this.call, { query: this.query, from: this.from }) : html`<p class="muted">${t("loading")}</p>`}
    </pl-dialog>`;
  }
}

customElements.define("pl-call-dialog", CallDialog);
