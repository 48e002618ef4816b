// The bar at the top and the menu at the side.
import { html, nothing } from "../../vendor/lit.js";
import { language } from "../../core/language.js";
import { t, valueText } from "../../i18n/panel.js";
import { app } from "../core/app.js";
import { menu, worksInWidget } from "../core/pages.js";
import { address, go } from "../core/router.js";

/** @param {any} panel */
export async function openNavigation(panel) {
  panel.drawer = !panel.drawer;
  await panel.updateComplete;
  if (panel.drawer) panel.querySelector("nav.side a")?.focus();
}

export function languageMenu() {
  const choices = [
    { value: "ru", label: "Русский", current: language() === "ru" },
    { value: "en", label: "English", current: language() === "en" },
  ];
  return html`<pl-menu side="end" label="Язык / Language" .choices=${choices} @choose=${(/** @type {CustomEvent} */ event) => app.speak(event.detail)}>
    <pl-button slot="opener" look="quiet" icon="globe" label="Язык / Language" popup="menu">${language().toUpperCase()}</pl-button>
  </pl-menu>`;
}

function themeMenu() {
  const choices = ["auto", "light", "dark"].map((value) => ({ value, label: t(value), current: app.theme === value }));
  return html`<pl-menu side="end" label=${t("theme")} .choices=${choices} @choose=${(/** @type {CustomEvent} */ event) => (app.theme = event.detail)}>
    <pl-button slot="opener" look="quiet" size="icon" icon="sun" label=${t("theme")} popup="menu"></pl-button>
  </pl-menu>`;
}

function userMenu() {
  const choices = [
    { value: "profile", label: t("profile"), icon: "user" },
    ...(worksInWidget() || app.me.extension ? [{ value: "widget", label: t("page.widget"), icon: "headset" }] : []),
    { value: "out", label: t("signOut"), icon: "signOut" },
  ];
  const choose = (/** @type {CustomEvent} */ event) => {
    if (event.detail === "out") app.session.signOut().catch(() => {});
    else if (event.detail === "widget") location.assign("/embed");
    else go(address("profile"));
  };
  return html`<pl-menu side="end" label=${app.me.name} .choices=${choices} @choose=${choose}>
    <pl-button slot="opener" look="quiet" icon="user" label=${`${app.me.name}, ${app.me.login}`} popup="menu"><span class="who">${app.me.name}</span></pl-button>
  </pl-menu>`;
}

/** @param {{open: () => void, ready: boolean}} parts */
export function topBar({ open, ready }) {
  const connected = app.live.connected;
  const state = app.live.topics().length
    ? html`<span class=${`state ${connected ? "good" : "bad"}`} role="status" title=${t(connected ? "online" : "offline")}>
        <i></i><span>${t(connected ? "online" : "offline")}</span>
      </span>`
    : nothing;
  return html`<header class="top">
    ${ready ? html`<pl-button class="burger" look="quiet" size="icon" icon="menu" label=${t("menu")} @click=${open}></pl-button>` : nothing}
    <a class="brand" href="/panel"><span class="mark" aria-hidden="true"></span>${t("product")}</a>
    <span class="space"></span>
    ${ready ? state : nothing} ${themeMenu()} ${languageMenu()} ${ready ? userMenu() : nothing}
  </header>`;
}

/** @param {{page: string, open: boolean, close: () => void}} parts */
export function sideMenu({ page, open, close }) {
  const keys = (/** @type {KeyboardEvent} */ event) => event.key === "Escape" && close();
  return html`<nav class=${`side ${open ? "open" : ""}`} aria-label=${t("menu")} @keydown=${keys}>
      <p class="role">${valueText("role", app.me.role) && (app.lookups.has("roles") ? app.lookups.name("roles", app.me.role) : valueText("role", app.me.role))}</p>
      ${menu().map(
        ({ section, pages }) => html`<section>
          <h2>${t(`section.${section}`)}</h2>
          <ul>
            ${pages.map(
              (one) => html`<li>
                <a href=${address(one.id)} aria-current=${one.id === page ? "page" : nothing}><pl-icon name=${one.icon}></pl-icon>${t(`page.${one.id}`)}</a>
              </li>`,
            )}
          </ul>
        </section>`,
      )}
      ${menu().length ? nothing : html`<p class="muted">${t("noPages")}</p>`}
    </nav>
    ${open ? html`<div class="veil" @click=${close}></div>` : nothing}`;
}
