// Why the dialler dials as it does, in words.

/** @type {import("../../core/language.js").Words} */
export const WHY = {};
