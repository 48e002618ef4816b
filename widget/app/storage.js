// The browser's storage; where a page around us may not have one (a strict privacy setting), memory in its place.

/** @returns {Pick<Storage, "getItem"|"setItem"|"removeItem">} */
function open() {
  try {
    window.localStorage.getItem("");
    return window.localStorage;
  } catch {
    /** @type {Map<string, string>} */
    const kept = new Map();
    return {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => void kept.set(key, value),
      removeItem: (key) => void kept.delete(key),
    };
  }
}

export const storage = open();
