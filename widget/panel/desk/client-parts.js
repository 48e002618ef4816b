// Small parts of a client's page: states, how forms look, who signs in.
import { html } from "../../vendor/lit.js";
import { t, valueText } from "../../i18n/panel.js";
import { outletsEditor } from "./outlets-editor.js";
import { when } from "./parts.js";

const TONES = /** @type {Record<string, string>} */ ({ active: "good", blocked: "bad", closed: "" });

/** @param {string} state */
export const clientState = (state) => html`<pl-badge tone=${TONES[state] ?? ""} dot>${valueText("client", state)}</pl-badge>`;

/** Whether and when a person signed in. @param {any} one */
export function access(one) {
  if (!one.user_id) return html`<span class="muted">${t("cl.notInvited")}</span>`;
  if (!one.has_password && !one.signed_in_at) return html`<pl-badge tone="warn">${t("cl.invited")}</pl-badge>`;
  return html`${one.login}${one.signed_in_at ? html`<br /><span class="muted small">${t("cl.wasIn")} ${when(one.signed_in_at)}</span>` : ""}`;
}

/** A new company, and what of it is changed later. */
export function clientLooks() {
  return {
    name: { order: 1 },
    contact: { order: 2 },
    email: { order: 3 },
    phone: { order: 4 },
    tax_id: { order: 5 },
    timezone: { order: 6 },
    language: { order: 7 },
    partner_id: { list: "partners", more: true },
    note: { more: true },
    outlets: {
      order: 60,
      draw: (/** @type {any} */ place, /** @type {any} */ form) => html`<div class="wide">${outletsEditor({ value: place.value ?? [], set: (next) => form.set(place.path, next), problems: form.problems })}</div>`,
    },
    invite: { order: 61 },
  };
}

/** Of which outlets: boxes to tick. @param {any[]} outlets */
export function grantsLook(outlets) {
  return {
    draw: (/** @type {any} */ place, /** @type {any} */ form) => {
      const chosen = /** @type {string[]} */ (place.value ?? []);
      const flip = (/** @type {string} */ id) => form.set(place.path, chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id]);
      return html`<fieldset class="group wide">
        <legend>${t("cl.sees")}</legend>
        <ul class="choices">${outlets.map((one) => html`<li><label class=${chosen.includes(one.id) ? "chosen" : ""}><input type="checkbox" .checked=${chosen.includes(one.id)} @change=${() => flip(one.id)} />
          <span>${one.name} <span class="muted small">${one.address}</span></span></label></li>`)}</ul>
        ${outlets.length ? "" : html`<p class="muted">${t("cl.noOutlets")}</p>`}
      </fieldset>`;
    },
    order: 60,
  };
}
