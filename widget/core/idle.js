// Nobody at the desk: after some minutes without a key or a touch. No DOM.

const LOOK_MS = 5000;

export class Idle {
  /**
   * @param {{minutes: number, isFree: () => boolean, onIdle: () => void, now?: () => number}} ports
   *   `minutes`: 0 never; `isFree`: whether being away would matter now. `onIdle` is called once for each absence.
   */
  constructor({ minutes, isFree, onIdle, now = Date.now }) {
    this.limit = minutes * 60_000;
    this.isFree = isFree;
    this.onIdle = onIdle;
    this.now = now;
    this.last = now();
    this.told = false;
    if (this.limit) this.timer = setInterval(() => this.look(), LOOK_MS);
  }

  /** Somebody is there. */
  active() {
    this.last = this.now();
    this.told = false;
  }

  /** A call or a break counts as being there: the time runs from its end. */
  look() {
    if (!this.isFree()) this.last = this.now();
    else if (!this.told && this.now() - this.last >= this.limit) {
      this.told = true;
      this.onIdle();
    }
  }
}
