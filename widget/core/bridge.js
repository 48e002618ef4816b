// What the widget and the page around it say to each other, over a MessagePort. No DOM.
//
// page -> widget   {id, command, args: []}
// widget -> page   {id, result} or {id, error: {code, message}}; {event, detail}

/** @typedef {Record<string, (...args: any[]) => unknown>} Commands */

/**
 * Whether a page of `origin` may embed the widget.
 * @param {string} origin @param {string} own the widget's origin @param {string} allowed origins, parted by spaces
 */
export function mayEmbed(origin, own, allowed) {
  return origin === own || allowed.split(/\s+/).filter(Boolean).includes(origin.toLowerCase());
}

/** Is this the page's greeting, which brings the port? @param {any} data */
export function isGreeting(data) {
  return typeof data === "object" && data !== null && data.type === "paylater:connect" && data.version === 1;
}

/**
 * Carry out a request of the page; only names in `commands` itself are commands.
 * @param {any} request @param {Commands} commands
 * @returns {Promise<{id: unknown, result?: unknown, error?: {code: string, message: string}}>}
 */
export async function carryOut(request, commands) {
  const id = typeof request?.id === "number" ? request.id : null;
  const name = String(request?.command ?? "");
  try {
    if (!Object.hasOwn(commands, name)) throw Object.assign(new Error(`There is no command ${name}`), { code: "unknown_command" });
    const args = Array.isArray(request.args) ? request.args : [];
    return { id, result: (await commands[name](...args)) ?? null };
  } catch (error) {
    const { code, message } = /** @type {any} */ (error);
    return { id, error: { code: String(code || "failed"), message: String(message || error) } };
  }
}
