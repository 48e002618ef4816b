// Alerts of what is said, as they come: a message that leads to the place.
import { t } from "../../i18n/panel.js";
import { app } from "../core/app.js";
import { address } from "../core/router.js";

const TONES = /** @type {Record<string, "accent"|"warn"|"bad">} */ ({ info: "accent", warning: "warn", alarm: "bad" });

/** Letters of what was said that a message shows. */
const LONG = 120;

/** Where an alert's words were said: the live text while the call goes on, its detail after. @param {any} alert @param {boolean} live */
export function placeOfAlert(alert, live) {
  if (live && app.can("GET", "/live-calls")) return address("wallboard", alert.call_id);
  return address("calls", alert.call_id, { say: alert.phrase, at: String(alert.at_s) });
}

/** Tell of alerts for as long as the page is open. @returns {() => void} ends it */
export function tellAlerts() {
  return app.live.follow(["transcripts"], ({ type, kind, data }) => {
    if (type !== "change" || kind !== "alert" || !app.can("GET", "/speech-alerts")) return;
    const said = data.text.length > LONG ? `${data.text.slice(0, LONG)}…` : data.text;
    const text = t("alertToast", { rule: data.rule_name, text: said });
    app.toast(text, TONES[data.severity] ?? "accent", { href: data.call_id ? placeOfAlert(data, true) : undefined, stays: data.severity === "alarm" });
  });
}
