// An element that shows what the desk knows: drawn anew when that changes, and each second where time runs.
import { PayLaterElement } from "../elements/base.js";

/** @typedef {{desk: import("../core/desk.js").Desk, devices: import("../net/devices.js").Devices,
 *   takePhone: () => void, changeMicrophone: () => Promise<void>, signOut: () => void, signInWith: (token: string) => Promise<void>,
 *   searchContacts: (text: string) => void, active: () => void, setTheme: (theme: string) => void, theme: () => string}} App */

export class DeskElement extends PayLaterElement {
  /** @type {import("../vendor/lit.js").PropertyDeclarations} */
  static properties = { app: { attribute: false } };
  /** Whether something shown changes with time alone. */
  static ticks = false;

  constructor() {
    super();
    /** @type {App} */
    this.app = /** @type {any} */ (undefined);
    /** @type {string} what runs now: its button waits */
    this.busy = "";
  }

  connectedCallback() {
    super.connectedCallback();
    this.whileConnected(this.app.desk.store.subscribe(() => this.requestUpdate()));
    if (/** @type {typeof DeskElement} */ (this.constructor).ticks) {
      const timer = setInterval(() => this.requestUpdate(), 1000);
      this.whileConnected(() => clearInterval(timer));
    }
  }

  get desk() {
    return this.app.desk;
  }

  get state() {
    return this.app.desk.state;
  }

  /** Do something that may fail: its button waits, a failure is told. @param {string} name @param {() => Promise<unknown>} work */
  async run(name, work) {
    if (this.busy) return;
    this.busy = name;
    this.requestUpdate();
    try {
      await work();
    } catch (error) {
      this.desk.complain(error);
    } finally {
      this.busy = "";
      this.requestUpdate();
    }
  }
}
