// <pl-portal>: sign-in and what needs none, or the bar with the page under it.
import { html, nothing } from "../../vendor/lit.js";
import { PayLaterElement } from "../../elements/base.js";
import "../../elements/toasts.js";
import { t } from "../../i18n/portal.js";
import { app } from "../core/app.js";
import { pageOf } from "../core/pages.js";
import { address, go, linkOf, placeOf } from "../core/router.js";
import { failure } from "../core/problems.js";
import { topBar } from "./frame.js";
import { tellNews } from "./news.js";
import "./banners.js";
import "../entry/entry.js";

const STAFF = "/panel";
const START = "requests";

export class Portal extends PayLaterElement {
  static properties = { ready: { state: true }, problem: { state: true }, link: { state: true } };

  constructor() {
    super();
    this.ready = false;
    this.problem = "";
    /** @type {HTMLElement|null} */
    this.page = null;
    this.pageId = "";
    /** The link of a letter that was followed here. */
    this.link = linkOf(location);
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    const placed = () => this.#placed();
    const redraw = () => this.requestUpdate();
    window.addEventListener("popstate", placed);
    window.addEventListener("placechange", placed);
    window.addEventListener("hashchange", () => (this.link = linkOf(location) ?? this.link));
    app.addEventListener("ended", () => this.#ended());
    for (const name of ["live", "theme", "account"]) app.addEventListener(name, redraw);
    this.whileConnected(tellNews());
    if (app.session.user && !this.link) this.begin();
  }

  async begin() {
    this.problem = "";
    try {
      if (!(await app.begin())) return location.replace(STAFF);
      this.ready = true;
      await this.#placed();
    } catch (error) {
      if (app.session.user) this.problem = failure(error);
    }
  }

  #ended() {
    this.ready = false;
    this.#drop();
    if (!this.link) history.replaceState(null, "", "/support");
    this.requestUpdate();
  }

  #drop() {
    this.page?.remove();
    this.page = null;
    this.pageId = "";
  }

  async #placed() {
    if (!this.ready) return this.requestUpdate();
    const place = placeOf(new URL(location.href));
    if (app.me.second_factor_due && place.page !== "profile") return go(address("profile"), { replace: true });
    if (!place.page || place.page === "register") return go(address(START), { replace: true });
    const page = pageOf(place);
    if (!page) {
      this.#drop();
      this.problem = t("noPage");
      return undefined;
    }
    this.problem = "";
    return this.#show(page, place);
  }

  /** @param {import("../core/pages.js").Page} page @param {import("../core/router.js").Place} place */
  async #show(page, place) {
    try {
      await page.load();
    } catch {
      this.problem = t("lost");
      return;
    }
    const name = `${page.id} ${place.id}`;
    const same = this.page && this.pageId === name;
    if (!same) {
      this.#drop();
      this.page = document.createElement(page.tag);
      this.pageId = name;
    }
    /** @type {any} */ (this.page).place = place;
    document.title = `${t(`page.${page.id}`)} · ${t("product")}`;
    this.requestUpdate();
    await this.updateComplete;
    if (same) return;
    window.scrollTo(0, 0);
    // A screen reader goes on from the new page, not from the link that is gone.
    if (document.activeElement === document.body) /** @type {HTMLElement|null} */ (this.querySelector("main"))?.focus({ preventScroll: true });
  }

  #content() {
    if (this.problem) {
      return html`<div class="empty big" role="alert">
        <pl-icon name="alert"></pl-icon>
        <p>${this.problem}</p>
        <pl-button @click=${() => (this.ready ? go(address(START)) : this.begin())}>${t(this.ready ? "toRequests" : "retry")}</pl-button>
      </div>`;
    }
    return this.page ?? html`<div class="empty big" role="status">${t("loading")}</div>`;
  }

  render() {
    if (this.link || !app.session.user) return html`<pl-entry .link=${this.link} @entered=${this.#entered}></pl-entry><pl-toasts .source=${app} label=${t("messages")} close-label=${t("close")}></pl-toasts>`;
    return html`<a class="skip" href="#content" @click=${this.#skip}>${t("skip")}</a>
      ${topBar({ page: this.pageId.split(" ")[0], ready: this.ready })}
      <div class="portal">
        ${this.ready && app.account ? html`<pl-banners></pl-banners>` : nothing}
        <main id="content" tabindex="-1">${this.#content()}</main>
      </div>
      <pl-toasts .source=${app} label=${t("messages")} close-label=${t("close")}></pl-toasts>`;
  }

  /** Signed in, or done with a link. */
  #entered() {
    this.link = null;
    this.#drop();
    if (app.session.user) this.begin();
  }

  /** @param {Event} event */
  #skip(event) {
    event.preventDefault();
    /** @type {HTMLElement|null} */ (this.querySelector("main"))?.focus();
  }
}

customElements.define("pl-portal", Portal);
