// Addresses of pages: ``/panel/numbers/<id>?q=...``.

/** @typedef {{page: string, id: string, query: Record<string, string>}} Place */

const BASE = "/panel";

/** @param {Location|URL} location @returns {Place} */
export function placeOf(location) {
  const [page = "", id = ""] = location.pathname.slice(BASE.length).split("/").filter(Boolean).map(decodeURIComponent);
  return { page, id, query: Object.fromEntries(new URLSearchParams(location.search)) };
}

/** @param {string} page @param {string} [id] @param {Record<string, string|undefined|null>} [query] */
export function address(page, id = "", query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== "");
  const search = new URLSearchParams(/** @type {[string, string][]} */ (given)).toString();
  const path = [BASE, page, id].filter(Boolean).map((part, n) => (n ? encodeURIComponent(part) : part)).join("/");
  return search ? `${path}?${search}` : path;
}

/** @type {(() => boolean)|null} asks whether the page may be left */
let guard = null;

/** @param {(() => boolean)|null} ask */
export function guardLeaving(ask) {
  guard = ask;
}

/** @param {string} href @param {{replace?: boolean, force?: boolean}} [options] */
export function go(href, { replace = false, force = false } = {}) {
  if (!force && !replace && guard && !guard()) return;
  if (replace) history.replaceState(null, "", href);
  else {
    guard = null;
    history.pushState(null, "", href);
  }
  window.dispatchEvent(new Event("placechange"));
}

/** Links of the panel change the page without loading it anew. @param {MouseEvent} event */
export function followLink(event) {
  const link = /** @type {Element} */ (event.composedPath()[0])?.closest?.("a[href]");
  if (!(link instanceof HTMLAnchorElement) || link.target || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (link.origin !== location.origin || !link.pathname.startsWith(BASE) || link.hasAttribute("download")) return;
  event.preventDefault();
  go(link.href);
}
