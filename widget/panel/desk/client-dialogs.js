// <pl-client-dialogs>: to whom a company goes over, and its erasure: both ask twice.
import { html, nothing } from "../../vendor/lit.js";
import { t } from "../../i18n/panel.js";
import "../../elements/dialog.js";
import { app } from "../core/app.js";
import { PanelPage } from "../core/page.js";
import { address, go } from "../core/router.js";
import { failure } from "../core/saving.js";

export class ClientDialogs extends PanelPage {
  static properties = { page: { attribute: false }, asked: {}, child: { state: true }, name: { state: true } };

  constructor() {
    super();
    /** @type {import("./client.js").ClientPage} */
    this.page = /** @type {any} */ (null);
    this.asked = "";
    this.child = "";
    this.name = "";
  }

  /** @param {Map<string, any>} changed */
  willUpdate(changed) {
    if (changed.has("asked")) this.problem = this.child = this.name = "";
  }

  /** @param {string} tail @param {any} body @param {() => void} done */
  async #send(tail, body, done) {
    this.busy = true;
    try {
      await app.request("POST", `${this.page.path}/${tail}`, { body });
      this.page.asked = "";
      done();
    } catch (error) {
      this.problem = failure(error);
    } finally {
      this.busy = false;
    }
  }

  #transfer() {
    const send = () =>
      this.#send("transfer", { child_id: this.child }, () => {
        app.toast(t("cl.transferDone"));
        this.page.load();
      });
    return html`<p class="hint">${t("cl.transferHint")}</p>
      <ul class="choices" role="radiogroup" aria-label=${t("cl.transfer")}>
        ${this.page.heirs.map((one) => html`<li><label class=${this.child === one.id ? "chosen" : ""}><input type="radio" name="child" .checked=${this.child === one.id} @change=${() => (this.child = one.id)} /><span>${one.name} <span class="muted small">${one.email}</span></span></label></li>`)}
      </ul>
      ${this.trouble()}
      <pl-button slot="actions" @click=${() => (this.page.asked = "")}>${t("cancel")}</pl-button>
      <pl-button slot="actions" look="main" ?disabled=${!this.child} ?busy=${this.busy} @click=${send}>${t("cl.transferDo")}</pl-button>`;
  }

  #erase() {
    const { client } = this.page;
    const back = client.parent_id ? address("clients", client.parent_id) : address("clients");
    const send = () => this.#send("erase", { name: this.name }, () => (app.toast(t("cl.eraseDone")), go(back)));
    return html`<p class="notice bad"><pl-icon name="alert"></pl-icon><span>${t("cl.eraseHint")}</span></p>
      <pl-field label=${t("cl.eraseName", { name: client.name })} .value=${this.name} @input=${(/** @type {any} */ event) => (this.name = event.currentTarget.value)}></pl-field>
      ${this.trouble()}
      <pl-button slot="actions" @click=${() => (this.page.asked = "")}>${t("cancel")}</pl-button>
      <pl-button slot="actions" look="main" tone="bad" ?disabled=${this.name.trim() !== client.name} ?busy=${this.busy} @click=${send}>${t("cl.erase")}</pl-button>`;
  }

  render() {
    if (!this.asked) return nothing;
    return html`<pl-dialog heading=${t(`cl.${this.asked}`)} close-label=${t("close")} open @close=${() => (this.page.asked = "")}>${this.asked === "transfer" ? this.#transfer() : this.#erase()}</pl-dialog>`;
  }
}

customElements.define("pl-client-dialogs", ClientDialogs);
