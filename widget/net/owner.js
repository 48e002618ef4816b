// Of several tabs one is the phone: a lock of the browser, which ends with its tab.

const NAME = "paylater.phone";

/**
 * @param {{onOwn: () => void, onLost: () => void, onElsewhere: () => void}} ports
 *   `onOwn`: this tab is the phone now; `onLost`: another took over; `onElsewhere`: another is, we wait for its end.
 * @returns {{take: () => void, release: () => void}} `take`: be the phone at once
 */
export function phoneOwner({ onOwn, onLost, onElsewhere }) {
  let ended = false;
  let waiting = new AbortController();
  /** @type {() => void} */
  let letGo = () => {};

  /** Hold the lock until `letGo`. */
  function hold() {
    onOwn();
    return /** @type {Promise<void>} */ (new Promise((resolve) => (letGo = () => resolve())));
  }

  /** @param {LockOptions} options */
  async function request(options) {
    try {
      await navigator.locks.request(NAME, options, hold);
    } catch (error) {
      if (/** @type {Error} */ (error).name !== "AbortError" || ended) return;
      if (options.signal?.aborted) return;
      onLost();
      wait();
    }
  }

  function wait() {
    waiting = new AbortController();
    void request({ signal: waiting.signal });
  }

  async function begin() {
    const free = await navigator.locks.query().then((all) => !all.held?.some((lock) => lock.name === NAME));
    if (ended) return;
    if (!free) onElsewhere();
    wait();
  }

  void begin();
  return {
    take() {
      waiting.abort();
      void request({ steal: true });
    },
    release() {
      ended = true;
      waiting.abort();
      letGo();
    },
  };
}
