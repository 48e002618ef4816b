// <pl-portal-sign-in>: signing in to the portal, or following the link of a letter; whoever has no access asks for it.
import { html } from "../../vendor/lit.js";
import { SignInSteps } from "../../elements/sign-in.js";
import { t } from "../../i18n/portal.js";
import { app } from "../core/app.js";
import { failure } from "../core/problems.js";
import { address } from "../core/router.js";

export class PortalSignIn extends SignInSteps {
  static properties = { token: {} };

  constructor() {
    super({ session: app.session, words: t, failure });
    /** Of a letter's link; none: there is no such. */
    this.token = "";
  }

  /** The address forgets the secret at once. @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (!changed.has("token") || !this.token) return;
    history.replaceState(null, "", "/support");
    this.open(this.token);
  }

  entered() {
    this.tell("entered");
  }

  render() {
    document.title = `${this.title} · ${t("product")}`;
    const others = html`<pl-button look="link" @click=${() => this.turn("forgot")}>${t("forgot")}</pl-button>
      <p class="or"><span>${t("noAccount")}</span></p>
      <a class="button" href=${address("register")}>${t("register")}</a>`;
    return html`<form class="entry-form" @submit=${this.submit}>
      <h1>${this.title}</h1>
      ${this.steps(others)}
    </form>`;
  }
}

customElements.define("pl-portal-sign-in", PortalSignIn);
