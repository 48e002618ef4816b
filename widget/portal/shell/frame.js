// The bar at the top; on a phone the pages stand at the foot of the screen.
import { html, nothing } from "../../vendor/lit.js";
import { language } from "../../core/language.js";
import { t } from "../../i18n/portal.js";
import { app } from "../core/app.js";
import { menu } from "../core/pages.js";
import { address, go } from "../core/router.js";

export function languageMenu() {
  const choices = [
    { value: "ru", label: "Русский", current: language() === "ru" },
    { value: "en", label: "English", current: language() === "en" },
  ];
  return html`<pl-menu side="end" label="Язык / Language" .choices=${choices} @choose=${(/** @type {CustomEvent} */ event) => app.speak(event.detail)}>
    <pl-button slot="opener" look="quiet" icon="globe" label="Язык / Language" popup="menu">${language().toUpperCase()}</pl-button>
  </pl-menu>`;
}

export function themeMenu() {
  const choices = ["auto", "light", "dark"].map((value) => ({ value, label: t(`theme.${value}`), current: app.theme === value }));
  return html`<pl-menu side="end" label=${t("theme")} .choices=${choices} @choose=${(/** @type {CustomEvent} */ event) => (app.theme = event.detail)}>
    <pl-button slot="opener" look="quiet" size="icon" icon="sun" label=${t("theme")} popup="menu"></pl-button>
  </pl-menu>`;
}

function userMenu() {
  const choices = [
    { value: "profile", label: t("page.profile"), icon: "user" },
    { value: "out", label: t("signOut"), icon: "signOut" },
  ];
  const choose = (/** @type {CustomEvent} */ event) => {
    if (event.detail === "out") app.session.signOut().catch(() => {});
    else go(address("profile"));
  };
  return html`<pl-menu side="end" label=${app.me.name} .choices=${choices} @choose=${choose}>
    <pl-button slot="opener" look="quiet" icon="user" label=${app.me.name} popup="menu"><span class="who">${app.me.name}</span></pl-button>
  </pl-menu>`;
}

/** @param {string} page the one shown */
function links(page) {
  return menu().map(
    ({ id, icon }) => html`<li>
      <a href=${address(id)} aria-current=${id === page || (id === "requests" && page === "request") ? "page" : nothing}><pl-icon name=${icon}></pl-icon><span>${t(`page.${id}`)}</span></a>
    </li>`,
  );
}

/** @param {{page: string, ready: boolean}} parts */
export function topBar({ page, ready }) {
  const full = ready && app.account;
  const company = app.account?.parent?.name ?? app.account?.account.name ?? "";
  return html`<header class="top portal-top">
    <a class="brand" href="/support" aria-label=${company ? `${t("product")}, ${company}` : t("product")}>
      <span class="mark" aria-hidden="true"></span><span class="product"><b>${t("product")}</b>${company ? html`<small>${company}</small>` : nothing}</span>
    </a>
    ${full
      ? html`<nav class="pages" aria-label=${t("menu")}>
          <ul>
            ${links(page)}
            <li class="make">
              <a href=${address("new")} aria-current=${page === "new" ? "page" : nothing}><pl-icon name="add"></pl-icon><span>${t("newShort")}</span></a>
            </li>
          </ul>
        </nav>`
      : nothing}
    <span class="space"></span>
    <span class="tools">${themeMenu()} ${languageMenu()} ${ready ? userMenu() : nothing}</span>
  </header>`;
}
