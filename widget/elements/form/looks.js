// How fields look by their names: what they refer to, what is long, what is folded away.

/**
 * @typedef {{as?: "hidden"|"area"|"password"|"time"|"code"|"lines"|"steps"|"rights"|"week", list?: string, wide?: boolean, more?: boolean,
 *   order?: number, rows?: number, when?: (value: any) => boolean, options?: (value: any) => {value: string, label: string}[], suffix?: string,
 *   kinds?: string[], draw?: (place: import("./fields.js").Place, form: any) => unknown, sound?: boolean}} Look
 *   `list`: a reference, picked by name; `when`: shown only then; `more`: among the less used settings
 */

const REFERENCES = {
  trunk_id: "trunks",
  number_id: "numbers",
  voicemail_box_id: "voicemail-boxes",
  box_id: "voicemail-boxes",
  greeting_prompt_id: "prompts",
  prompt_id: "prompts",
  schedule_id: "schedules",
  queue_id: "queues",
  menu_id: "menus",
  partner_id: "partners",
  user_id: "users",
  operator_id: "users",
  skill_id: "skills",
  reason_id: "break-reasons",
  group_id: "employee-groups",
  role: "roles",
  extension: "extensions",
  fallback_extension: "extensions",
  from_extension: "extensions",
  "ToMenu.id": "menus",
  "ToGroup.id": "groups",
  "ToSchedule.id": "schedules",
  "ToQueue.id": "queues",
  "ToExtension.number": "extensions",
  "FilePrompt.id": "prompts",
  "GroupData.members": "extensions",
  "OutboundRuleData.users": "users",
  "OutboundRuleData.groups": "employee-groups",
  "OutboundRuleData.extensions": "extensions",
  "CallerIdRuleData.users": "users",
  "CallerIdRuleData.groups": "employee-groups",
  "CallerIdRuleData.extensions": "extensions",
  default_role: "roles",
};

/** @type {Record<string, Look>} */
const LOOKS = {
  destination: { wide: true },
  password: { as: "password" },
  client_secret: { as: "password" },
  bind_password: { as: "password" },
  note: { as: "area", wide: true },
  comment: { as: "area", wide: true },
  description: { as: "area", wide: true },
  "TextPrompt.text": { as: "area", wide: true },
  until: { as: "time" },
  codecs: { more: true, wide: true },
  caller_id: { more: true },
  max_calls: { more: true },
  max_channels: { more: true },
  max_contacts: { more: true },
  record: { order: 60 },
  enabled: { order: 70 },
  "Forward.schedule_id": { when: (value) => String(value.when ?? "").startsWith("schedule") },
  "BlacklistAction.prompt_id": { when: (value) => value.kind === "message" },
  "BlacklistAction.sound": { when: (value) => value.kind === "message", sound: true },
  "BlacklistAction.box_id": { when: (value) => value.kind === "voicemail" },
  "ToMessage.sound": { sound: true, when: (value) => !value.prompt_id },
  "SoundPrompt.name": { sound: true },
  "ScheduleData.open": { order: 60 },
  "ScheduleData.closed": { order: 61 },
  exceptions: { order: 70 },
  "TrunkWrite.match": { when: (value) => value.kind === "ip" },
  "TrunkWrite.username": { when: (value) => value.kind === "registering" },
  "TrunkWrite.password": { as: "password", when: (value) => value.kind === "registering" },
  "TrunkWrite.port": { more: true },
  "TrunkWrite.transport": { more: true },
  "Collect.pattern": { more: true, as: "code" },
  "Collect.tries": { more: true },
  "Collect.timeout_s": { more: true },
  "Collect.digit_timeout_s": { more: true },
  "Collect.invalid_prompts": { more: true },
  "Collect.terminator": { more: true },
  "Menu.timeout_prompts": { more: true },
  "Menu.invalid_prompts": { more: true },
  "Menu.tries": { more: true },
  "Menu.timeout_s": { more: true },
  barge_in: { more: true },
  deadline_s: { more: true },
  headers: { more: true },
  settings: { wide: true },
  "NewUser.login": { order: 10 },
  "NewUser.name": { order: 11 },
  "NewUser.role": { order: 12 },
  secret: { as: "password" },
  "CallerIdRuleData.caller_id": { order: 5, more: false },
  position: { more: true },
  "SpeechRuleData.phrases": { as: "lines", order: 10 },
  "SpeechRuleData.name": { order: 1 },
  "SpeechRuleData.kind": { order: 2 },
  "SpeechRuleData.severity": { order: 3 },
  "SpeechRuleData.repeat_s": { more: true },
  "MaskingRuleData.pattern": { as: "code", wide: true, when: (value) => value.kind === "pattern" || Boolean(value.pattern) },
  "OutboundRuleData.together": { more: true },
  "Forward.after_s": { when: (value) => value.when === "no_answer" },
};

/** @param {string} owner @param {string} name @returns {Look} */
export function look(owner, name) {
  const references = /** @type {Record<string, string>} */ (REFERENCES);
  const list = references[`${owner}.${name}`] ?? references[name];
  return { ...LOOKS[name], ...LOOKS[`${owner}.${name}`], ...(list ? { list } : {}) };
}

/** Sounds that come with Asterisk and are of use in menus. */
export const SOUNDS = [
  "hello", "welcome", "vm-goodbye", "vm-intro", "vm-press", "vm-extension", "vm-reachoper", "vm-starmain", "vm-Work", "vm-message",
  "pbx-invalid", "pbx-transfer", "please-try-again", "ss-noservice", "tt-allbusy", "tt-somethingwrong", "queue-thankyou",
  "queue-youarenext", "queue-callswaiting", "queue-periodic-announce", "all-reps-busy", "call-waiting", "one-moment-please",
  "privacy-unident", "ent-target-attendant", "hours", "beep", "auth-thankyou", "thank-you-for-calling", "your-call-is-important",
];
