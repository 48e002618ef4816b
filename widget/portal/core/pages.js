// Which pages there are and what draws them.
import { app } from "./app.js";

/** `menu`: it stands in the menu. @typedef {{id: string, icon: string, tag: string, load: () => Promise<any>, menu?: boolean, when?: () => boolean, open?: boolean}} Page */

/** @type {Page[]} */
export const PAGES = [
  { id: "requests", icon: "list", tag: "pl-requests-page", load: () => import("../requests/list.js"), menu: true },
  { id: "new", icon: "add", tag: "pl-new-page", load: () => import("../requests/new.js") },
  { id: "analysis", icon: "chart", tag: "pl-analysis-page", load: () => import("../analysis/analysis.js"), menu: true },
  { id: "people", icon: "people", tag: "pl-people-page", load: () => import("../people/people.js"), menu: true, when: () => app.isParent },
  { id: "profile", icon: "user", tag: "pl-profile-page", load: () => import("../profile/profile.js") },
];

/** A request is a page of its own. @type {Page} */
const REQUEST = { id: "request", icon: "list", tag: "pl-request-page", load: () => import("../requests/request.js") };

/** @param {import("./router.js").Place} place @returns {Page|null} */
export function pageOf({ page, id }) {
  if (page === "requests" && id) return REQUEST;
  return PAGES.find((one) => one.id === page && (one.when?.() ?? true)) ?? null;
}

export function menu() {
  return PAGES.filter((page) => page.menu && (page.when?.() ?? true));
}
