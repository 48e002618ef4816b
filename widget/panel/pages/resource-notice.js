// What stands above a form: somebody else's change, what refers to the thing, what the server refused.
import { html, nothing } from "../../vendor/lit.js";
import { t } from "../../i18n/panel.js";
import { address } from "../core/router.js";

/** @param {import("./resource-item.js").ResourceItem} page */
export function notice(page) {
  const { refusal: found, elsewhere } = page;
  if (elsewhere === "deleted") return box("warn", html`<span>${t("deletedElsewhere")}</span>`);
  if (found?.conflict || elsewhere === "changed") {
    return box(
      "warn",
      html`<span>${t(found?.conflict ? "conflict" : "changedElsewhere")}</span>
        <pl-button size="small" @click=${() => page.load()}>${t("takeTheirs")}</pl-button>
        <pl-button size="small" @click=${() => page.save(true)}>${t("keepMine")}</pl-button>`,
    );
  }
  if (!found) return nothing;
  const users = found.usedBy.map((one) => html`<li><a href=${address(one.resource, one.id)}>${t(`page.${one.resource}`)}: ${one.name}</a></li>`);
  return box("bad", html`<div>${users.length ? html`${t("usedBy")}<ul>${users}</ul>` : found.text}</div>`);
}

/** @param {"warn"|"bad"} tone @param {unknown} content */
function box(tone, content) {
  return html`<div class=${`notice ${tone}`} role="alert"><pl-icon name="alert"></pl-icon>${content}</div>`;
}
