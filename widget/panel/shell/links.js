// Links of letters and of providers: their secret stands behind the "#", which no server sees or logs.

/** @typedef {{kind: "invitation"|"reset"|"ticket", token: string}} Link */

/** @param {Location} location @returns {Link|null} */
export function linkOf(location) {
  const given = new URLSearchParams(location.hash.slice(1));
  for (const kind of /** @type {const} */ (["invitation", "reset", "ticket"])) {
    const token = given.get(kind) ?? (kind === "invitation" ? given.get("invite") : null);
    if (token) return { kind, token };
  }
  return null;
}

/** @param {import("../../core/session.js").Session} session @param {Link} link @param {string} password @returns {Promise<any>} tokens, or nothing */
export function openLink(session, link, password) {
  const paths = { invitation: "/auth/invitation/accept", reset: "/auth/password-reset/confirm", ticket: "/auth/oidc/token" };
  const body = link.kind === "ticket" ? { ticket: link.token } : { token: link.token, password };
  return session.exchange(paths[link.kind], body);
}
