// The panel's start: sign-in, then the calls.
import { fill, make } from "../core/dom.js";
import { Session } from "../core/session.js";
import { word } from "../core/text.js";
import { historyView } from "./history.js";
import { liveView } from "./live.js";

const LANGUAGE_KEY = "paylater.language";
const root = /** @type {Element} */ (document.getElementById("panel"));
const session = new Session({
  fetch: window.fetch.bind(window),
  storage: window.localStorage,
  lock: async (work) => (navigator.locks ? await navigator.locks.request("paylater.refresh", work) : work()),
});
/** @type {(() => void)[]} */
let closers = [];

/** @returns {import("../core/text.js").Language} */
function language() {
  const stored = window.localStorage.getItem(LANGUAGE_KEY) ?? session.user?.language;
  return stored === "en" ? "en" : "ru";
}

/** @param {string} key */
const t = (key) => word(key, language());

function languageSwitch() {
  const choose = (/** @type {Event} */ event) => {
    window.localStorage.setItem(LANGUAGE_KEY, /** @type {HTMLSelectElement} */ (event.target).value);
    show();
  };
  return make(
    "select",
    { "aria-label": "Язык / Language", id: "language", onchange: choose },
    make("option", { value: "ru", selected: language() === "ru" }, "Русский"),
    make("option", { value: "en", selected: language() === "en" }, "English"),
  );
}

function signInView() {
  const login = /** @type {HTMLInputElement} */ (
    make("input", { name: "login", autocomplete: "username", required: true, autocapitalize: "none" })
  );
  const password = /** @type {HTMLInputElement} */ (
    make("input", { name: "password", type: "password", autocomplete: "current-password", required: true })
  );
  const problem = make("p", { class: "problem", role: "alert" });
  const button = make("button", { type: "submit" }, t("signIn"));
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    /** @type {HTMLButtonElement} */ (button).disabled = true;
    try {
      await session.signIn(login.value, password.value);
      show();
    } catch (error) {
      problem.textContent = error instanceof Error ? error.message : String(error);
    } finally {
      /** @type {HTMLButtonElement} */ (button).disabled = false;
    }
  };
  return make(
    "form",
    { class: "sign-in", onsubmit: submit },
    make("h1", {}, "PayLater CRM"),
    make("label", {}, t("login"), login),
    make("label", {}, t("password"), password),
    problem,
    button,
    languageSwitch(),
  );
}

function callsView() {
  const state = make("span", { class: "state", role: "status" });
  const history = historyView({ session, language: language() });
  const live = liveView({
    session,
    language: language(),
    onEnded: history.refresh,
    onState: (connected) => {
      state.textContent = t(connected ? "online" : "offline");
      state.className = connected ? "state good" : "state bad";
    },
  });
  closers = [live.close];
  return [
    make(
      "header",
      {},
      make("h1", {}, t("title")),
      state,
      make("span", { class: "user" }, session.user.name),
      languageSwitch(),
      make("button", { type: "button", onclick: () => session.signOut().catch(() => {}) }, t("signOut")),
    ),
    make("main", {}, live.element, history.element),
  ];
}

function show() {
  closers.forEach((close) => close());
  closers = [];
  document.documentElement.lang = language();
  fill(root, ...(session.user ? callsView() : [signInView()]));
}

session.onEnd = show;
show();
