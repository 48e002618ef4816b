// <pl-call-ticket call="...">: one click makes a support request of a call; its number leads to the request's page.
import { css, html, nothing } from "../vendor/lit.js";
import { DeskElement } from "./desk-element.js";
import "../elements/button.js";
import { t } from "./words.js";

/** Requests made here, by call. @type {Map<string, {id: string, number: number}>} */
const made = new Map();

/** Where a request is worked on. @param {string} id */
const place = (id) => `/panel/desk/${encodeURIComponent(id)}`;

export class CallTicket extends DeskElement {
  static properties = { call: {}, small: { type: Boolean } };
  static styles = [
    DeskElement.styles,
    css`
      :host {
        display: flex;
      }
      a {
        display: inline-flex;
        gap: var(--pl-2);
        align-items: center;
        color: var(--pl-accent);
      }
      a span {
        text-decoration: underline;
        text-underline-offset: 0.15em;
      }
    `,
  ];

  constructor() {
    super();
    this.call = "";
    /** An icon alone, in a row of a list. */
    this.small = false;
  }

  /** The page is opened in the click itself: later the browser would not let us. */
  #make() {
    const page = window.open("about:blank");
    return this.run("ticket", async () => {
      try {
        const ticket = await this.desk.request("POST", `/tickets/from-call/${encodeURIComponent(this.call)}`, {});
        made.set(this.call, { id: ticket.id, number: ticket.number });
        if (page) page.location.replace(new URL(place(ticket.id), location.href));
        this.desk.notify("good", t("callTicketMade", { number: ticket.number }));
      } catch (error) {
        page?.close();
        throw error;
      }
    });
  }

  render() {
    if (!this.call || !this.desk.may("tickets.write")) return nothing;
    const ticket = made.get(this.call);
    if (ticket) {
      const name = t("callTicketOpen", { number: ticket.number });
      return html`<a href=${place(ticket.id)} target="_blank" rel="noopener" title=${name} aria-label=${name}><pl-icon name="ticket"></pl-icon><span class="digits">№ ${ticket.number}</span></a>`;
    }
    const busy = this.busy === "ticket";
    return this.small
      ? html`<pl-button look="quiet" size="icon" icon="ticket" label=${t("callTicket")} ?busy=${busy} @click=${this.#make}></pl-button>`
      : html`<pl-button size="small" icon="ticket" ?busy=${busy} @click=${this.#make}>${t("callTicket")}</pl-button>`;
  }
}

customElements.define("pl-call-ticket", CallTicket);
