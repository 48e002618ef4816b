// The client portal's words in Russian and English, and what the server complains about.
import { language, translator } from "../core/language.js";
import { COMMON } from "./common.js";
import { PROBLEMS } from "./panel/problems.js";
import { ACCOUNT } from "./portal/account.js";
import { ENTRY } from "./portal/entry.js";
import { FIGURES } from "./portal/figures.js";
import { OWN_PROBLEMS } from "./portal/problems.js";
import { REQUESTS } from "./portal/requests.js";
import { FRAME } from "./portal/frame.js";

export const t = translator(FRAME, ENTRY, REQUESTS, FIGURES, ACCOUNT, COMMON);

/** What the server said, in the reader's language where we know it. @param {string} text */
export function problemText(text) {
  if (language() === "en") return text.replace(/^Failed to fetch$/, "The server does not answer. Check the network and try again");
  for (const [pattern, russian] of [...OWN_PROBLEMS, ...PROBLEMS]) {
    const found = pattern.exec(text);
    if (found) return russian.replace(/\$(\d)/g, (_, number) => found[Number(number)] ?? "");
  }
  return text;
}
