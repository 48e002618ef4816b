// <pl-sign-in>: signing in to the panel: by password, by a link of a letter, by the company's providers.
import { html, nothing } from "../../vendor/lit.js";
import { SignInSteps } from "../../elements/sign-in.js";
import { t } from "../../i18n/panel.js";
import { app } from "../core/app.js";
import { failure } from "../core/saving.js";
import { languageMenu } from "./frame.js";
import { linkOf } from "./links.js";

export class SignIn extends SignInSteps {
  static properties = { providers: { state: true } };

  constructor() {
    super({ session: app.session, words: t, failure });
    /** @type {any[]} */
    this.providers = [];
  }

  async connectedCallback() {
    super.connectedCallback();
    const link = linkOf(location);
    const answer = await fetch("/api/v1/auth/providers").catch(() => null);
    if (answer?.ok) this.providers = (await answer.json()).items ?? [];
    if (!link) return;
    history.replaceState(null, "", "/panel");
    if (link.kind === "link") await this.open(link.token);
    else await this.run(() => this.#provided(link));
  }

  /** A provider has sent the user back: its code signs in at once. @param {import("./links.js").Link} link */
  async #provided({ kind, token }) {
    if (kind === "sign-in-failed") throw new Error(t(`providerFailed.${["expired", "unavailable", "not_proven"].includes(token) ? token : "refused"}`));
    app.session.begin(await app.session.exchange("/auth/oidc/finish", { code: token }));
    this.entered();
  }

  entered() {
    this.tell("signed-in");
  }

  render() {
    const outside = this.providers.filter((one) => one.kind === "oidc");
    const others = html`${outside.length ? html`<p class="or"><span>${t("or")}</span></p>` : nothing}
      ${outside.map((one) => html`<a class="button" href=${`/api/v1/auth/oidc/${one.id}/start`}>${t("signInWith", { name: one.name })}</a>`)}
      <pl-button look="link" @click=${() => this.turn("forgot")}>${t("forgot")}</pl-button>`;
    return html`<div class="sign-in">
      <form @submit=${this.submit}>
        <p class="brand"><span class="mark" aria-hidden="true"></span>${t("product")}</p>
        <h1>${this.title}</h1>
        ${this.steps(others)}
        <div class="foot">${languageMenu()}</div>
      </form>
    </div>`;
  }
}

customElements.define("pl-sign-in", SignIn);
