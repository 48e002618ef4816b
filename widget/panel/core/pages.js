// Which pages there are, for whom, and what draws them. A page is there when the API has its routes and the user may use them.
import { app } from "./app.js";
import { RESOURCES } from "./resources.js";

/** @typedef {{id: string, section: string, icon: string, needs: string[][], load: () => Promise<any>, tag: string, when?: () => boolean}} Page */

const generic = () => import("../pages/resource.js");

/** @type {Page[]} */
const OWN = [
  { id: "wallboard", section: "work", icon: "chart", needs: [["GET", "/live-calls"]], tag: "pl-wallboard-page", load: () => import("../pages/wallboard.js") },
  { id: "calls", section: "work", icon: "history", needs: [["GET", "/calls"]], tag: "pl-calls-page", load: () => import("../pages/calls.js") },
  { id: "missed", section: "work", icon: "missed", needs: [["GET", "/missed-calls"]], tag: "pl-missed-page", load: () => import("../pages/missed.js") },
  { id: "callbacks", section: "work", icon: "callback", needs: [["GET", "/callbacks"]], tag: "pl-callbacks-page", load: () => import("../pages/callbacks.js") },
  { id: "voicemail", section: "work", icon: "voicemail", needs: [["GET", "/voicemail-messages"]], tag: "pl-voicemail-page", load: () => import("../pages/voicemail.js") },
  { id: "speech", section: "speech", icon: "search", needs: [["GET", "/transcripts"]], tag: "pl-speech-page", load: () => import("../pages/speech.js") },
  { id: "speech-alerts", section: "speech", icon: "bell", needs: [["GET", "/speech-alerts"]], tag: "pl-alerts-page", load: () => import("../pages/speech-alerts.js") },
  { id: "transcription-jobs", section: "speech", icon: "text", needs: [["GET", "/transcription-jobs"]], tag: "pl-jobs-page", load: () => import("../pages/transcription-jobs.js") },
  { id: "speech-engines", section: "speech", icon: "speaker", needs: [["GET", "/speech"]], tag: "pl-engines-page", load: () => import("../pages/speech-engines.js") },
  { id: "reports", section: "reports", icon: "chart", needs: [["GET", "/reports/{name}"]], tag: "pl-reports-page", load: () => import("../pages/reports.js") },
  { id: "timesheet", section: "reports", icon: "calendar", needs: [["GET", "/timesheet"]], tag: "pl-timesheet-page", load: () => import("../pages/timesheet.js") },
  { id: "do-not-call", section: "dialler", icon: "ban", needs: [["GET", "/do-not-call"]], tag: "pl-dnc-page", load: () => import("../leads/do-not-call.js") },
  { id: "campaign-report", section: "dialler", icon: "chart", needs: [["GET", "/campaign-report"]], tag: "pl-campaigns-report", load: () => import("../campaigns/report.js") },
  { id: "campaign-compliance", section: "dialler", icon: "shield", needs: [["GET", "/campaign-compliance"]], tag: "pl-compliance-page", load: () => import("../campaigns/compliance.js") },
  { id: "leads", section: "", icon: "user", needs: [["GET", "/leads/{id}"]], tag: "pl-lead-page", load: () => import("../leads/lead.js") },
  { id: "lead-imports", section: "", icon: "upload", needs: [["GET", "/lead-imports/{id}"]], tag: "pl-import-page", load: () => import("../leads/import.js") },
  { id: "dialplan", section: "phones", icon: "code", needs: [["GET", "/dialplan/versions"]], tag: "pl-dialplan-page", load: () => import("../pages/dialplan.js") },
  { id: "feature-codes", section: "phones", icon: "help", needs: [["GET", "/feature-codes"]], when: () => app.may("telephony.read") || Boolean(app.me?.extension), tag: "pl-codes-page", load: () => import("../pages/codes.js") },
  { id: "sessions", section: "system", icon: "lock", needs: [["GET", "/sessions"]], tag: "pl-sessions-page", load: () => import("../pages/sessions.js") },
  { id: "audit", section: "system", icon: "list", needs: [["GET", "/audit"]], tag: "pl-audit-page", load: () => import("../pages/audit.js") },
];

/** The service desk. @type {Page[]} */
const SUPPORT = [
  { id: "desk", section: "support", icon: "ticket", needs: [["GET", "/tickets"]], tag: "pl-desk-page", load: () => import("../desk/desk.js") },
  { id: "problems", section: "support", icon: "alert", needs: [["GET", "/problems"]], tag: "pl-problems-page", load: () => import("../desk/problems.js") },
  { id: "clients", section: "support", icon: "building", needs: [["GET", "/clients"]], tag: "pl-clients-page", load: () => import("../desk/clients.js") },
  { id: "registrations", section: "support", icon: "user", needs: [["GET", "/registrations"]], tag: "pl-registrations-page", load: () => import("../desk/registrations.js") },
  { id: "support-report", section: "support", icon: "chart", needs: [["GET", "/support-report"]], tag: "pl-support-report", load: () => import("../desk/report.js") },
  { id: "survey-results", section: "support", icon: "star", needs: [["GET", "/survey-results"]], tag: "pl-survey-results", load: () => import("../desk/survey-results.js") },
];

const SPECIAL = {
  menus: { tag: "pl-menus-page", load: () => import("../pages/menus.js") },
  campaigns: { tag: "pl-campaigns-page", load: () => import("../campaigns/campaigns.js") },
  "lead-lists": { tag: "pl-lead-lists-page", load: () => import("../leads/lists.js") },
  "desk-links": { tag: "pl-desk-links-page", load: () => import("../desk/links.js") },
};
/** How the menu of the dialler goes, the most used first. */
const DIALLER = ["campaigns", "lead-lists", "do-not-call", "campaign-report", "campaign-compliance"];

/** @type {Page[]} */
export const PAGES = [
  ...OWN,
  ...SUPPORT,
  ...RESOURCES.map((one) => ({
    id: one.id,
    section: one.section,
    icon: one.icon,
    needs: [["GET", one.path]],
    tag: "pl-resource-page",
    load: generic,
    .../** @type {any} */ (SPECIAL)[one.id],
  })),
];

/** Always there for whoever is signed in. @type {Page} */
export const PROFILE = { id: "profile", section: "", icon: "user", needs: [], tag: "pl-profile-page", load: () => import("../pages/profile.js") };
/** @type {Page} */
export const HOME = { id: "home", section: "", icon: "user", needs: [], tag: "pl-home-page", load: () => import("../pages/home.js") };

const SECTIONS = ["work", "support", "dialler", "speech", "reports", "support-setup", "routing", "phones", "people", "system"];
/** @param {Page} page */
export function allowed(page) {
  return page.needs.every(([method, path]) => app.can(method, path)) && (page.when?.() ?? true);
}

/** The menu: sections with the pages that this user may open. */
export function menu() {
  const order = (/** @type {Page} */ page) => DIALLER.indexOf(page.id) + 1 || DIALLER.length + 1;
  return SECTIONS.map((section) => ({ section, pages: PAGES.filter((page) => page.section === section && allowed(page)).sort((a, b) => order(a) - order(b)) })).filter(
    ({ pages }) => pages.length,
  );
}

/** @param {string} id @returns {Page|null} */
export function pageOf(id) {
  return [PROFILE, HOME].find((page) => page.id === id) ?? PAGES.find((page) => page.id === id) ?? null;
}

/** An operator works in the widget. */
export function worksInWidget() {
  return app.me?.start_page === "widget";
}

/** The page that the role begins with. */
export function startPage() {
  if (app.me?.second_factor_due) return PROFILE;
  if (app.me?.start_page === "cabinet" || app.me?.role === "partner" || app.me?.partner_id) return HOME;
  return PAGES.find((page) => page.section && allowed(page)) ?? HOME;
}
