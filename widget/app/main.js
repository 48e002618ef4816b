// Start of the widget's page: what it is made of, and how the parts follow sign-in, network, sleep and other tabs.
import { Desk } from "../core/desk.js";
import { Idle } from "../core/idle.js";
import { onLanguage, setLanguage } from "../core/language.js";
import { Phone } from "../core/phone.js";
import { Session } from "../core/session.js";
import { Devices } from "../net/devices.js";
import { follow } from "../net/live.js";
import { phoneOwner } from "../net/owner.js";
import { Softphone } from "../net/softphone.js";
import { serveHost } from "./host.js";
import { storage } from "./storage.js";
import "./widget.js";

const LANGUAGE_KEY = "paylater.language";
const THEME_KEY = "paylater.theme";
const meta = (/** @type {string} */ name) => /** @type {HTMLMetaElement|null} */ (document.querySelector(`meta[name="${name}"]`))?.content ?? "";

const session = new Session({
  fetch: window.fetch.bind(window),
  storage,
  lock: async (work) => (navigator.locks ? await navigator.locks.request("paylater.refresh", work) : work()),
});
const devices = new Devices(storage);
const phone = new Phone({ willing: takeAtOnce });
const desk = new Desk({ session, phone });
/** @type {Softphone|null} */
let softphone = null;
/** @type {ReturnType<typeof phoneOwner>|null} */
let owner = null;
/** @type {() => void} */
let endFeed = () => {};
/** @type {(() => void)|null} */
let endRing = null;

/** A call asks to be answered by itself: told by a beep, unless the operator wants to answer by hand. */
async function takeAtOnce() {
  if (!devices.choice.autoAnswer || !(await devices.allowed())) return false;
  devices.beep();
  return true;
}

/** Be the phone of this user. */
async function startPhone() {
  const own = desk.state.ownPhone;
  if (!own || own.kind !== "webrtc") return;
  softphone = new Softphone({
    own,
    origin: window.location.origin,
    token: () => session.token(),
    microphone: () => devices.microphone(),
    play: (id, stream) => devices.play(id, stream),
    onQuality: (id, quality) => desk.store.set({ quality: { ...desk.state.quality, [id]: quality } }),
  });
  await phone.start(softphone);
}

/** Everything that a signed-in user has. */
async function start() {
  if (!window.localStorage.getItem(LANGUAGE_KEY)) setLanguage(session.user?.language);
  endFeed = follow({
    session,
    feed: desk,
    topics: () => desk.topics,
    onMessage: (message) => desk.take(message),
    onState: (online) => desk.store.set({ online }),
  });
  try {
    const ownPhone = desk.may("calls.own") ? await desk.request("GET", "/me/phone") : null;
    desk.store.set({ ownPhone });
  } catch (error) {
    if (/** @type {any} */ (error).status !== 404) desk.complain(error);
  }
  if (desk.state.ownPhone?.kind !== "webrtc") return;
  owner = phoneOwner({
    onOwn: () => void startPhone().catch((error) => desk.complain(error)),
    onLost: () => void phone.stop().then(() => phone.yield()),
    onElsewhere: () => phone.yield(),
  });
}

function stop() {
  endFeed();
  owner?.release();
  owner = null;
  void phone.stop();
  devices.release();
  desk.reset();
}

/** @param {string} theme */
function setTheme(theme) {
  storage.setItem(THEME_KEY, theme);
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  widget.requestUpdate();
}

/** @type {import("./desk-element.js").App} */
const app = {
  desk,
  devices,
  takePhone: () => (phone.connection === "refused" ? void startPhone() : owner?.take()),
  changeMicrophone: async () => softphone?.replaceMicrophone(await devices.microphone()),
  signOut: () => session.signOut().catch(() => {}),
  signInWith: async (token) => void session.begin(await session.exchange("/auth/token", { token })),
  searchContacts: (text) => widget.searchContacts(text),
  active: () => idle.active(),
  setTheme,
  theme: () => storage.getItem(THEME_KEY) ?? "auto",
};
const idle = new Idle({
  minutes: Number(meta("paylater-idle")) || 0,
  isFree: () => desk.state.presence?.status === "ready" && !desk.state.cards.length,
  onIdle: () => void desk.setStatus("away", null, "idle").catch(() => {}),
});
const widget = /** @type {import("./widget.js").Widget} */ (document.createElement("pl-widget"));
widget.app = app;

/** Ring while a call waits for an answer here; let the microphone go after the last one. */
desk.store.subscribe(({ cards }) => {
  const rings = cards.some((card) => card.stage === "ringing" && card.sessionId);
  if (rings && !endRing) {
    endRing = devices.ring();
    desk.onEvent("ringing", true);
  } else if (!rings && endRing) {
    endRing();
    endRing = null;
    desk.onEvent("ringing", false);
  }
  if (!phone.calls.length && widget.tab !== "settings") devices.release();
  document.title = rings ? `☎ ${cards[0].name || cards[0].number}` : "PayLater CRM";
  void desk.rejoinLost();
});

let signedIn = false;
session.onChange(() => {
  const now = session.user !== null;
  if (now === signedIn) return;
  signedIn = now;
  desk.onEvent(now ? "signedIn" : "signedOut", now ? { id: session.user.id, name: session.user.name } : null);
  if (now) void start();
  else stop();
});
onLanguage((language) => {
  storage.setItem(LANGUAGE_KEY, language);
  document.documentElement.lang = language;
});
window.addEventListener("online", () => phone.wake());
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && phone.wake());
for (const name of ["pointerdown", "keydown"]) window.addEventListener(name, () => idle.active(), { passive: true });

const query = new URLSearchParams(window.location.search);
setLanguage(query.get("language") ?? storage.getItem(LANGUAGE_KEY) ?? navigator.language);
document.documentElement.lang = navigator.language.startsWith("en") ? "en" : "ru";
setTheme(query.get("theme") ?? app.theme());
document.body.append(widget);
serveHost(app, widget, meta("paylater-origins"));
signedIn = session.user !== null;
if (signedIn) void start();
