// <pl-panel>: sign-in, or the menu with the page in it.
import { html, nothing } from "../../vendor/lit.js";
import { PayLaterElement } from "../../elements/base.js";
import "../../elements/toasts.js";
import { t } from "../../i18n/panel.js";
import { app } from "../core/app.js";
import { allowed, pageOf, startPage, worksInWidget } from "../core/pages.js";
import { address, go, placeOf } from "../core/router.js";
import { failure } from "../core/saving.js";
import { tellAlerts } from "./alerts.js";
import { openNavigation, sideMenu, topBar } from "./frame.js";
import "./sign-in.js";

const OPERATOR_DESK = "/embed";
const CLIENT_PORTAL = "/support";

export class Panel extends PayLaterElement {
  static properties = { ready: { state: true }, problem: { state: true }, drawer: { state: true } };

  constructor() {
    super();
    this.ready = false;
    this.problem = "";
    this.drawer = false;
    /** @type {HTMLElement|null} */
    this.page = null;
    this.pageId = "";
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    const placed = () => this.#placed();
    const ended = () => {
      this.ready = false;
      this.#drop();
    };
    const redraw = () => this.requestUpdate();
    window.addEventListener("popstate", placed);
    window.addEventListener("placechange", placed);
    app.addEventListener("ended", ended);
    app.addEventListener("live", redraw);
    app.addEventListener("theme", redraw);
    this.whileConnected(tellAlerts());
    if (app.session.user) this.begin();
  }

  async begin() {
    this.problem = "";
    try {
      await app.begin();
      if (app.me.role === "client" && app.me.start_page === "cabinet") return location.replace(CLIENT_PORTAL);
      this.ready = true;
      await this.#placed();
    } catch (error) {
      if (app.session.user) this.problem = failure(error);
    }
  }

  #drop() {
    this.page?.remove();
    this.page = null;
    this.pageId = "";
  }

  async #placed() {
    if (!this.ready) return;
    const place = placeOf(new URL(location.href));
    this.drawer = false;
    if (!place.page) return this.#start();
    const page = pageOf(place.page);
    if (!page || !allowed(page)) {
      this.#drop();
      this.problem = t(page ? "noRight" : "noPage");
      return this.requestUpdate();
    }
    this.problem = "";
    await this.#show(page, place);
  }

  #start() {
    if (worksInWidget() && !app.me.second_factor_due) {
      location.replace(OPERATOR_DESK);
      return undefined;
    }
    return go(address(startPage().id), { replace: true });
  }

  /** @param {import("../core/pages.js").Page} page @param {import("../core/router.js").Place} place */
  async #show(page, place) {
    try {
      await page.load();
    } catch {
      this.problem = t("lost");
      return;
    }
    const same = this.page && this.pageId === page.id;
    if (!same) {
      this.#drop();
      this.page = document.createElement(page.tag);
      this.pageId = page.id;
    }
    /** @type {any} */ (this.page).place = place;
    document.title = `${t(`page.${page.id}`)} · ${t("product")}`;
    this.requestUpdate();
    await this.updateComplete;
    if (!same) window.scrollTo(0, 0);
  }

  #content() {
    if (this.problem) {
      return html`<div class="empty big" role="alert">
        <pl-icon name="alert"></pl-icon>
        <p>${this.problem}</p>
        <pl-button @click=${() => (this.ready ? go("/panel") : this.begin())}>${t(this.ready ? "back" : "retry")}</pl-button>
      </div>`;
    }
    return this.page ?? html`<div class="empty big" role="status">${t("loading")}</div>`;
  }

  render() {
    if (!app.session.user) return html`<pl-sign-in @signed-in=${() => this.begin()}></pl-sign-in><pl-toasts .source=${app} label=${t("messages")} close-label=${t("close")}></pl-toasts>`;
    return html`<a class="skip" href="#content">${t("skip")}</a>
      ${topBar({ open: () => openNavigation(this), ready: this.ready })}
      <div class="frame">
        ${this.ready ? sideMenu({ page: this.pageId, open: this.drawer, close: () => (this.drawer = false) }) : nothing}
        <main id="content" tabindex="-1">${this.#content()}</main>
      </div>
      <pl-toasts .source=${app} label=${t("messages")} close-label=${t("close")}></pl-toasts>`;
  }
}

customElements.define("pl-panel", Panel);
