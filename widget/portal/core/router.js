// Addresses of the portal's pages: ``/support/requests/<id>?status=...``.

/** @typedef {{page: string, id: string, query: Record<string, string>}} Place */

const BASE = "/support";

/** @param {Location|URL} location @returns {Place} */
export function placeOf(location) {
  const [page = "", id = ""] = location.pathname.slice(BASE.length).split("/").filter(Boolean).map(decodeURIComponent);
  return { page, id, query: Object.fromEntries(new URLSearchParams(location.search)) };
}

/** @param {string} [page] @param {string} [id] @param {Record<string, string|undefined|null>} [query] */
export function address(page = "", id = "", query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== "");
  const search = new URLSearchParams(/** @type {[string, string][]} */ (given)).toString();
  const path = [BASE, page, id].filter(Boolean).map((part, n) => (n ? encodeURIComponent(part) : part)).join("/");
  return search ? `${path}?${search}` : path;
}

/** @param {string} href @param {{replace?: boolean}} [options] */
export function go(href, { replace = false } = {}) {
  if (replace) history.replaceState(null, "", href);
  else history.pushState(null, "", href);
  window.dispatchEvent(new Event("placechange"));
}

/** Links of the portal change the page without loading it anew. @param {MouseEvent} event */
export function followLink(event) {
  const link = /** @type {Element} */ (event.composedPath()[0])?.closest?.("a[href]");
  if (!(link instanceof HTMLAnchorElement) || link.target || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (link.origin !== location.origin || !/^\/support(\/|$)/.test(link.pathname) || link.hasAttribute("download") || link.hash) return;
  event.preventDefault();
  go(link.href);
}

/** Links of letters: their secret stands behind the "#", which no server sees or logs. @param {Location} location @returns {{kind: "link"|"survey", token: string}|null} */
export function linkOf(location) {
  const found = /^#\/(link|survey)\/([A-Za-z0-9._~-]+)$/.exec(location.hash);
  return found ? { kind: /** @type {"link"|"survey"} */ (found[1]), token: found[2] } : null;
}
