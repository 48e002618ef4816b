// <pl-entry>: what needs no sign-in: signing in, asking to be let in, links of letters.
import { html } from "../../vendor/lit.js";
import { PayLaterElement } from "../../elements/base.js";
import { t } from "../../i18n/portal.js";
import { app } from "../core/app.js";
import { placeOf } from "../core/router.js";
import { languageMenu, themeMenu } from "../shell/frame.js";
import "./register.js";
import "./sign-in.js";
import "./survey-link.js";

export class Entry extends PayLaterElement {
  static properties = { link: { attribute: false } };

  constructor() {
    super();
    /** @type {ReturnType<typeof import("../core/router.js").linkOf>} */
    this.link = null;
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    const redraw = () => this.requestUpdate();
    for (const name of ["popstate", "placechange"]) {
      window.addEventListener(name, redraw);
      this.whileConnected(() => window.removeEventListener(name, redraw));
    }
    app.addEventListener("theme", redraw);
    this.whileConnected(() => app.removeEventListener("theme", redraw));
  }

  #content() {
    if (this.link?.kind === "survey") return html`<pl-survey-link .token=${this.link.token}></pl-survey-link>`;
    if (!this.link && placeOf(new URL(location.href)).page === "register") return html`<pl-register></pl-register>`;
    return html`<pl-portal-sign-in .token=${this.link?.token ?? ""}></pl-portal-sign-in>`;
  }

  render() {
    return html`<div class="entry">
      <aside class="pitch" aria-hidden="true">
        <p class="brand"><span class="mark"></span>${t("product")}</p>
        <div>
          <p class="claim">${t("claim")}</p>
          <ul>
            ${["text", "bell", "chart"].map((icon, n) => html`<li><pl-icon name=${icon}></pl-icon>${t(`claim.${n}`)}</li>`)}
          </ul>
        </div>
        <span></span>
      </aside>
      <div class="side">
        <p class="tools"><span class="brand"><span class="mark" aria-hidden="true"></span>${t("product")}</span><span class="space"></span>${themeMenu()} ${languageMenu()}</p>
        <main id="content">${this.#content()}</main>
      </div>
    </div>`;
  }
}

customElements.define("pl-entry", Entry);
