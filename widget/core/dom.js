// Making elements without a template language: text is always text.

/**
 * @param {string} name
 * @param {Record<string, any>} [properties] ``class``, ``data-*``, ``aria-*`` as attributes, ``on*`` as listeners
 * @param {...(Node|string|null|undefined)} children
 * @returns {HTMLElement}
 */
export function make(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key in element && !key.includes("-")) /** @type {any} */ (element)[key] = value;
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(key, String(value));
  }
  element.append(...shown(children));
  return element;
}

/**
 * Put ``children`` in the place of what ``parent`` has.
 * @param {Element} parent
 * @param {...(Node|string|null|undefined)} children
 */
export function fill(parent, ...children) {
  parent.replaceChildren(...shown(children));
}

/**
 * @param {(Node|string|null|undefined)[]} children
 * @returns {(Node|string)[]}
 */
function shown(children) {
  return children.flatMap((child) => (child === null || child === undefined || child === "" ? [] : [child]));
}
