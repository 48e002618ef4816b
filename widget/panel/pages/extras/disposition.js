// What an operator says of a conversation.
export function looks() {
  const again = new Set(["callback", "retry"]);
  return {
    title: { order: 1 }, title_en: { order: 2 }, code: { order: 3 }, meaning: { order: 4 }, campaign_id: { list: "campaigns", order: 6 },
    retry_s: { order: 5, when: (/** @type {any} */ value) => again.has(value.meaning) }, place: { more: true }, enabled: { order: 70 },
  };
}
