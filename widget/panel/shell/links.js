// Links of letters and of providers: their secret stands behind the "#", which no server sees or logs.

/** @typedef {{kind: "link"|"sign-in"|"sign-in-failed", token: string}} Link */

/** @param {Location} location @returns {Link|null} */
export function linkOf(location) {
  const found = /^#\/(link|sign-in|sign-in-failed)\/([A-Za-z0-9._~-]+)$/.exec(location.hash);
  return found ? { kind: /** @type {Link["kind"]} */ (found[1]), token: found[2] } : null;
}
