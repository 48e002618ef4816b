// Words of support, told on whatever page the reader is.
import { t } from "../../i18n/portal.js";
import { app } from "../core/app.js";
import { address, placeOf } from "../core/router.js";

/** Tell of news for as long as the page is open. @returns {() => void} ends it */
export function tellNews() {
  return app.live.follow(["portal"], async ({ type, kind, key }) => {
    if (type !== "change" || kind !== "ticket") return;
    const { page, id } = placeOf(new URL(location.href));
    if (page === "requests" && id === key && document.visibilityState === "visible") return;
    const one = await app.request("GET", `/portal/tickets/${key}`).catch(() => null);
    if (!one || !app.seen.fresh(one) || told.get(key) === one.staff_said_at) return;
    told.set(key, one.staff_said_at);
    app.toast(t("newAnswer", { number: one.number, subject: one.subject }), "accent", { href: address("requests", key) });
  });
}

/** What was told of already: a ticket changes oftener than support speaks. @type {Map<string, string>} */
const told = new Map();
