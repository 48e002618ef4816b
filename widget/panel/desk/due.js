// <pl-due>: what is left until a request's deadline, or by how much it is late; goes on by itself.
import { html } from "../../vendor/lit.js";
import { PayLaterElement } from "../../elements/base.js";
import { moment } from "../../core/language.js";
import { t } from "../../i18n/panel.js";
import { standing, units } from "./figures.js";

const TICK_MS = 15_000;

export class Due extends PayLaterElement {
  static properties = { ticket: { attribute: false } };

  constructor() {
    super();
    /** @type {any} */
    this.ticket = null;
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    const timer = window.setInterval(() => this.requestUpdate(), TICK_MS);
    this.whileConnected(() => window.clearInterval(timer));
  }

  render() {
    const { ticket } = this;
    const found = ticket && standing(ticket, Date.now());
    if (!found) return html`<span class="muted">${ticket?.state === "waiting" ? t("dk.paused") : "—"}</span>`;
    const span = units(found.seconds).map(({ unit, amount }) => `${amount}\u00a0${t(`unit.${unit}`)}`).join(" ");
    const at = ticket.due_at ?? ticket.overdue_at;
    return html`<span class=${`due ${found.tone}`} title=${at ? moment(at) : ""}>${found.late ? t("dk.late", { span }) : t("dk.left", { span })}</span>`;
  }
}

customElements.define("pl-due", Due);
