// What a refusal means for the reader: a text, and problems at their fields.
import { ApiError } from "../../core/session.js";
import { problemText } from "../../i18n/portal.js";

/** In one sentence: the one thing that is wrong, where it is one. @param {unknown} error @returns {string} */
export function failure(error) {
  const fields = error instanceof ApiError ? error.problem.errors ?? [] : [];
  if (fields.length === 1) return problemText(fields[0].message);
  return problemText(error instanceof Error ? error.message : String(error));
}

/** Problems by the field's name: `body.email` -> `email`. @param {unknown} error @returns {Record<string, string>} */
export function fieldProblems(error) {
  const errors = error instanceof ApiError ? error.problem.errors ?? [] : [];
  return Object.fromEntries(
    errors.map((/** @type {{path: string, message: string}} */ { path, message }) => {
      const missing = /^Object missing required field `(\w+)`/.exec(message)?.[1];
      return [missing ?? path.split(".")[1] ?? path, problemText(message)];
    }),
  );
}

/** The network or the server is away: what was sent may be sent again. @param {unknown} error */
export function isAway(error) {
  return !(error instanceof ApiError) || [502, 503, 504].includes(error.status);
}
