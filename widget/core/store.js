// A value that tells when it changes. No DOM.

/** @template {object} T */
export class Store {
  /** @param {T} value */
  constructor(value) {
    this.value = value;
    /** @type {Set<(value: T) => void>} */
    this.listeners = new Set();
  }

  /** Take over `changes`; listeners hear when one of them is new. @param {Partial<T>} changes */
  set(changes) {
    const keys = /** @type {(keyof T)[]} */ (Object.keys(changes));
    if (keys.every((key) => Object.is(this.value[key], changes[key]))) return;
    this.value = { ...this.value, ...changes };
    for (const listener of [...this.listeners]) listener(this.value);
  }

  /** @param {(value: T) => void} listener @returns {() => void} ends it */
  subscribe(listener) {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }
}
