// The one script that a page includes: <script src="https://crm.example.com/paylater.js" async></script>
// It defines <paylater-widget>. The API is documented in widget/README.md.
"use strict";
(() => {
  const script = /** @type {HTMLScriptElement|null} */ (document.currentScript);
  const HOME = new URL(script?.src ?? window.location.href).origin;
  const COMMANDS = [
    "signIn", "signOut", "call", "answer", "hangUp", "hold", "resume", "mute", "transfer", "consult", "digits",
    "setStatus", "openContact", "openSection", "followTranscripts", "setLanguage", "setTheme", "state",
  ];
  const ACTIVITY_MS = 15_000;
  const STYLE = `
    :host { display: block; }
    :host(:not([inline])) { position: fixed; z-index: 2147483000; inset: auto 16px 16px auto; }
    :host([side="left"]:not([inline])) { inset: auto auto 16px 16px; }
    iframe { display: block; inline-size: 100%; block-size: 100%; border: 0; color-scheme: normal; }
    .panel { inline-size: 100%; block-size: 100%; }
    :host(:not([inline])) .panel {
      position: absolute; inset: auto 0 68px auto; inline-size: min(400px, calc(100vw - 32px));
      block-size: min(680px, calc(100vh - 104px)); overflow: hidden; border-radius: 14px;
      box-shadow: 0 2px 6px #0003, 0 16px 48px #0004; transition: opacity .15s, translate .15s;
    }
    :host([side="left"]:not([inline])) .panel { inset: auto auto 68px 0; }
    :host(:not([inline]):not([open])) .panel { visibility: hidden; opacity: 0; translate: 0 12px; }
    button {
      position: relative; display: grid; place-items: center; inline-size: 56px; block-size: 56px; padding: 0; color: #fff;
      background: #2457d6; border: 0; border-radius: 50%; box-shadow: 0 4px 16px #0004; cursor: pointer;
    }
    button:focus-visible { outline: 3px solid #86a8ff; outline-offset: 2px; }
    :host([inline]) button { display: none; }
    :host([ringing]) button { background: #13764a; animation: ring 1s infinite; }
    svg { inline-size: 26px; fill: none; stroke: currentColor; stroke-width: 1.75; stroke-linecap: round; stroke-linejoin: round; }
    @keyframes ring { 0%, 100% { scale: 1; } 50% { scale: 1.08; } }
    @media (prefers-reduced-motion: reduce) { button { animation: none !important; } }`;

  class PayLaterWidget extends HTMLElement {
    /** @type {MessagePort|null} */
    #port = null;
    /** @type {Map<number, {resolve: (value: any) => void, reject: (error: Error) => void}>} */
    #waiting = new Map();
    /** Requests made before the widget was there. @type {any[]} */
    #early = [];
    #count = 0;
    #ready = false;
    #active = 0;
    /** @type {AbortController|null} */
    #ends = null;

    connectedCallback() {
      if (!this.shadowRoot) this.#build();
      this.#ends = new AbortController();
      const { signal } = this.#ends;
      document.addEventListener("click", (event) => this.#dial(event), { signal, capture: true });
      for (const name of ["pointerdown", "keydown"]) document.addEventListener(name, () => this.#tellActive(), { signal, passive: true });
    }

    disconnectedCallback() {
      this.#ends?.abort();
    }

    #build() {
      const root = this.attachShadow({ mode: "open" });
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
      root.adoptedStyleSheets = [sheet];
      const frame = document.createElement("iframe");
      const query = new URLSearchParams();
      for (const name of ["language", "theme"]) {
        const value = this.getAttribute(name);
        if (value) query.set(name, value);
      }
      frame.src = `${HOME}/embed?${query}`;
      frame.allow = "microphone; autoplay; speaker-selection; idle-detection; clipboard-write";
      frame.title = this.getAttribute("label") ?? "PayLater CRM";
      frame.addEventListener("load", () => this.#greet(frame));
      const panel = document.createElement("div");
      panel.className = "panel";
      panel.append(frame);
      root.append(panel, this.#launcher());
    }

    #launcher() {
      const button = document.createElement("button");
      button.type = "button";
      button.setAttribute("aria-label", this.getAttribute("label") ?? "PayLater CRM");
      button.setAttribute("aria-expanded", String(this.hasAttribute("open")));
      const picture = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      picture.setAttribute("viewBox", "0 0 24 24");
      const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
      line.setAttribute("d", "M5 4h3.5l1.5 4-2.2 1.6a11 11 0 0 0 5.6 5.600L15 13l4 1.500V18a2 2 0 0 1-2.2 2A15 15 0 0 1 3 6.2 2 2 0 0 1 5 4Z");
      picture.append(line);
      button.append(picture);
      button.addEventListener("click", () => this.toggleAttribute("open"));
      new MutationObserver(() => button.setAttribute("aria-expanded", String(this.hasAttribute("open")))).observe(this, { attributeFilter: ["open"] });
      return button;
    }

    /** Give the widget, and nobody else, one end of a channel. @param {HTMLIFrameElement} frame */
    #greet(frame) {
      const channel = new MessageChannel();
      channel.port1.onmessage = (message) => this.#take(message.data);
      this.#port = channel.port1;
      frame.contentWindow?.postMessage({ type: "paylater:connect", version: 1 }, HOME, [channel.port2]);
    }

    /** @param {any} data */
    #take(data) {
      if (data.event) {
        this.#happened(data.event, data.detail);
        return;
      }
      const waiting = this.#waiting.get(data.id);
      this.#waiting.delete(data.id);
      if (data.error) waiting?.reject(Object.assign(new Error(data.error.message), { code: data.error.code }));
      else waiting?.resolve(data.result);
    }

    /** @param {string} name @param {any} detail */
    #happened(name, detail) {
      if (name === "ready") {
        this.#ready = true;
        for (const request of this.#early.splice(0)) this.#port?.postMessage(request);
      }
      if (name === "ringing") this.toggleAttribute("ringing", detail === true);
      if (name === "call:ringing" && this.getAttribute("open-on") !== "never") this.setAttribute("open", "");
      this.dispatchEvent(new CustomEvent(name, { detail }));
    }

    /**
     * Ask the widget for something; the promise gives its answer, or is rejected with an error that has a `code`.
     * @param {string} command @param {...any} args
     * @returns {Promise<any>}
     */
    send(command, ...args) {
      const id = ++this.#count;
      const request = { id, command, args };
      const answer = new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
      if (this.#ready) this.#port?.postMessage(request);
      else this.#early.push(request);
      return answer;
    }

    /** A telephone link of the page, when the widget has the attribute tel-links. @param {MouseEvent} event */
    #dial(event) {
      if (!this.hasAttribute("tel-links") || event.defaultPrevented || event.button !== 0) return;
      const link = event.composedPath().find((one) => one instanceof HTMLAnchorElement && one.protocol === "tel:");
      if (!link) return;
      event.preventDefault();
      this.setAttribute("open", "");
      this.send("call", decodeURIComponent(/** @type {HTMLAnchorElement} */ (link).href.slice(4)).replace(/[^0-9+*#]/g, ""))
        .catch((error) => this.dispatchEvent(new CustomEvent("error", { detail: { code: error.code, message: error.message } })));
    }

    /** Whoever works in the page is not away. */
    #tellActive() {
      const now = Date.now();
      if (!this.#ready || now - this.#active < ACTIVITY_MS) return;
      this.#active = now;
      this.send("activity").catch(() => {});
    }
  }
  for (const name of COMMANDS) {
    Object.defineProperty(PayLaterWidget.prototype, name, {
      /** @this {PayLaterWidget} @param {...any} args */
      value(...args) {
        return this.send(name, ...args);
      },
    });
  }
  if (!customElements.get("paylater-widget")) customElements.define("paylater-widget", PayLaterWidget);
})();
