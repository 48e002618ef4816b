// What is shown of a request's words, to its client and to staff. No DOM.

/**
 * Whether what a request was opened with stands among its words: it was split off, and the words came along.
 * @param {{description: string, created_at: string, files?: {message_id?: string|null}[]}} ticket @param {{at: string, body: string}[]} messages
 */
export function openedByWords({ description, created_at: opened, files = [] }, messages) {
  if (files.some((file) => !file.message_id)) return false;
  return messages.some(({ at, body }) => Date.parse(at) < Date.parse(opened) && (!description || body === description));
}
