// The views of the work list: what each asks the API for, and how many it holds.

const LINES = [1, 2, 3];

/** In the order of their keys. @returns {string[]} */
export const allTabs = () => ["open", "mine", "none", ...LINES.map((line) => `line${line}`), "waiting", "overdue", "all"];

/** Parameters of the list. @param {string} tab @returns {Record<string, string>} */
export function filterOf(tab) {
  if (tab.startsWith("line")) return { line: tab.slice(4), open: "true" };
  if (tab === "mine") return { assignee_id: "me", open: "true" };
  if (tab === "none") return { assignee_id: "none", open: "true" };
  if (tab === "waiting") return { state: "waiting" };
  if (tab === "overdue") return { overdue: "true", open: "true" };
  return tab === "all" ? {} : { open: "true" };
}

/** @param {string} tab @param {any} counters as the API counts @returns {number|null} */
export function countOf(tab, counters) {
  if (!counters) return null;
  if (tab.startsWith("line")) return counters.lines.find((/** @type {any} */ one) => one.line === Number(tab.slice(4)))?.open ?? 0;
  if (tab === "none") return counters.unassigned;
  return tab === "all" ? null : counters[tab] ?? null;
}

/** @param {string} tab @param {number} count */
export const tabTone = (tab, count) => (tab === "overdue" && count ? "bad" : tab === "none" && count ? "warn" : "");
