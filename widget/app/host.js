// The page around the widget: its commands, and the events that it hears. Documented in widget/README.md.
import { carryOut, isGreeting, mayEmbed } from "../core/bridge.js";
import { setLanguage } from "../core/language.js";
import { told } from "../core/desk-state.js";

/** A command that can't be done now. @param {string} code @param {string} message */
const refuse = (code, message) => Object.assign(new Error(message), { code });

/**
 * Commands of the page.
 * @param {import("./desk-element.js").App} app
 * @param {{show: (tab: string) => void}} view
 * @returns {import("../core/bridge.js").Commands}
 */
export function commands(app, view) {
  const { desk } = app;
  /** The call meant: the one named, else the one that fits. @param {unknown} id @param {string[]} stages */
  const card = (id, ...stages) => {
    const all = desk.state.cards.filter((one) => !stages.length || stages.includes(one.stage));
    const found = typeof id === "string" ? desk.state.cards.find((one) => one.callId === id) : all[0];
    if (!found) throw refuse("no_call", "There is no such call");
    return found;
  };
  const text = (/** @type {unknown} */ value) => {
    if (typeof value !== "string" || !value) throw refuse("bad_argument", "A text is missing");
    return value;
  };
  return {
    signIn: (token) => app.signInWith(text(token)),
    signOut: () => app.signOut(),
    call: (number, options) => desk.call(text(number), options?.callerId),
    answer: (id) => desk.answer(card(id, "ringing")),
    hangUp: (id) => desk.hangUp(card(id)),
    hold: (id) => desk.act(card(id, "talking"), "hold"),
    resume: (id) => desk.act(card(id, "held"), "unhold"),
    mute: (on, id) => desk.mute(card(id, "talking", "held"), on !== false),
    transfer: (number, id) => desk.act(card(id, "talking", "held"), "transfer", { to: text(number) }),
    consult: (number, id) => desk.act(card(id, "talking", "held"), "consult", { to: text(number) }),
    digits: (digits, id) => desk.act(card(id, "talking"), "digits", { digits: text(digits) }),
    setStatus: (status, reasonId) => desk.setStatus(text(status), reasonId ?? null),
    openContact: (search) => {
      view.show("contacts");
      app.searchContacts(text(search));
    },
    openSection: (section) => view.show(text(section)),
    followTranscripts: (on) => void (desk.texts.told = on !== false),
    setLanguage: (language) => setLanguage(text(language)),
    setTheme: (theme) => app.setTheme(text(theme)),
    state: () => ({ user: desk.user && { id: desk.user.id, name: desk.user.name }, status: desk.state.presence?.status ?? "offline", phone: desk.state.phone.connection, calls: desk.state.cards.map((one) => ({ ...told(one), stage: one.stage })) }),
    activity: () => app.active(),
  };
}

/**
 * Wait for the page's greeting and serve its port. Nothing is said to pages that may not embed us.
 * @param {import("./desk-element.js").App} app @param {{show: (tab: string) => void}} view @param {string} allowed origins
 */
export function serveHost(app, view, allowed) {
  if (window.parent === window) return;
  const all = commands(app, view);
  window.addEventListener("message", (event) => {
    const [port] = event.ports;
    if (event.source !== window.parent || !port || !isGreeting(event.data)) return;
    if (!mayEmbed(event.origin, window.location.origin, allowed)) return;
    port.onmessage = async (message) => port.postMessage(await carryOut(message.data, all));
    app.desk.onEvent = (name, detail) => port.postMessage({ event: name, detail });
    port.postMessage({ event: "ready", detail: { signedIn: app.desk.user !== null } });
  });
}
