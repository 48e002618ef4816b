// What rows of a report are about. No DOM.

/** An answer of clients: the question and what was said. @param {any} row */
export function answerKey(row) {
  const question = row.question ?? row.variable ?? row.step ?? "";
  const answer = row.answer ?? row.value ?? row.key ?? "";
  return question && question !== answer ? `${question}: ${answer}` : String(answer || "—");
}
