// Words of the interface and of the history, in Russian and English. No DOM.

/** @type {Record<string, [string, string]>} */
const WORDS = {
  title: ["Звонки", "Calls"],
  signIn: ["Войти", "Sign in"],
  signOut: ["Выйти", "Sign out"],
  login: ["Логин", "Login"],
  password: ["Пароль", "Password"],
  history: ["История звонков", "Call history"],
  live: ["Сейчас на линии", "In progress"],
  nobody: ["Никого нет на линии", "No call in progress"],
  nothing: ["Звонков не найдено", "No calls found"],
  search: ["Номер или имя", "Number or name"],
  from: ["С", "From"],
  to: ["По", "To"],
  any: ["Все", "All"],
  direction: ["Направление", "Direction"],
  outcome: ["Итог", "Outcome"],
  more: ["Показать ещё", "Show more"],
  close: ["Закрыть", "Close"],
  time: ["Время", "Time"],
  caller: ["Кто звонил", "Caller"],
  called: ["Куда", "Called"],
  talk: ["Разговор", "Talk"],
  state: ["Состояние", "State"],
  hangUp: ["Завершить", "Hang up"],
  hangUpSure: ["Завершить этот звонок?", "Hang this call up?"],
  events: ["Ход звонка", "Course of the call"],
  legs: ["Участники", "Parties"],
  recording: ["Запись разговора", "Recording"],
  listen: ["Прослушать", "Listen"],
  cause: ["Причина завершения", "Hang-up cause"],
  servedBy: ["Обслужен", "Served by"],
  fallback: ["аварийная ветвь", "fallback branch"],
  engine: ["система", "the system"],
  offline: ["Нет связи, восстанавливаю…", "Connection lost, coming back…"],
  online: ["На связи", "Connected"],
  inbound: ["Входящий", "Inbound"],
  outbound: ["Исходящий", "Outbound"],
  internal: ["Внутренний", "Internal"],
  answered: ["Отвечен", "Answered"],
  served: ["Обслужен меню", "Served by menu"],
  abandoned: ["Бросили трубку", "Abandoned"],
  voicemail: ["Голосовая почта", "Voicemail"],
  busy: ["Занято", "Busy"],
  no_answer: ["Нет ответа", "No answer"],
  rejected: ["Отклонён", "Rejected"],
  failed: ["Не удался", "Failed"],
  turned_away: ["Перегрузка", "Turned away"],
  in_progress: ["Идёт", "In progress"],
};

/** @type {Record<string, [string, string]>} */
const EVENTS = {
  started: ["Звонок поступил", "The call came in"],
  routed: ["Направлен", "Routed"],
  blacklisted: ["Номер в чёрном списке", "The caller is on the blacklist"],
  schedule: ["Расписание", "Schedule"],
  answered: ["Ответ", "Answered"],
  menu: ["Меню", "Menu"],
  choice: ["Выбор", "Choice"],
  no_input: ["Ничего не нажато", "Nothing was pressed"],
  invalid: ["Неверная цифра", "Wrong digit"],
  collected: ["Введено", "Entered"],
  language: ["Язык", "Language"],
  voicemail_started: ["Запись сообщения", "Leaving a message"],
  voicemail_left: ["Сообщение оставлено", "Message left"],
  dialing: ["Набор", "Dialling"],
  ringing: ["Звонит телефон", "Ringing"],
  bridged: ["Соединены", "Connected"],
  dial_failed: ["Не соединились", "Not connected"],
  recording_started: ["Запись начата", "Recording began"],
  recording_done: ["Запись готова", "Recording done"],
  recording_failed: ["Запись не удалась", "Recording failed"],
  callback_requested: ["Просит перезвонить", "Asked to be called back"],
  adopted: ["Принят после перезапуска", "Adopted after a restart"],
  prompt_skipped: ["Сообщение пропущено", "Prompt skipped"],
  loop_stopped: ["Петля в меню остановлена", "A loop in the menu was stopped"],
  hangup: ["Конец звонка", "The call ended"],
  http: ["Запрос к сервису", "Asked a service"],
  http_failed: ["Сервис не ответил", "The service failed"],
  fallback: ["Обслужен аварийной ветвью", "Served by the fallback branch"],
};

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-/;

/** @typedef {"ru"|"en"} Language */

/** @param {string} key @param {Language} language */
export function word(key, language) {
  const pair = WORDS[key];
  return pair ? pair[language === "en" ? 1 : 0] : key;
}

/**
 * An event of a call in one line.
 * @param {{kind: string, data: Record<string, unknown>}} event
 * @param {Language} language
 */
export function eventText(event, language) {
  const pair = EVENTS[event.kind];
  const name = pair ? pair[language === "en" ? 1 : 0] : event.kind;
  const facts = Object.entries(event.data ?? {})
    .filter(([key, value]) => !key.endsWith("id") && !ID.test(String(value)) && value !== null && typeof value !== "object")
    .map(([key, value]) => (["digit", "number", "menu", "step", "name"].includes(key) ? String(value) : `${key}: ${value}`));
  return facts.length ? `${name}: ${facts.join(", ")}` : name;
}

/**
 * Seconds as people read them: ``1:05``.
 * @param {number} seconds
 */
export function duration(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  const pad = (/** @type {number} */ value) => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours ? `${hours}:${pad(minutes)}:${pad(whole % 60)}` : `${minutes}:${pad(whole % 60)}`;
}

/**
 * A time in the reader's zone.
 * @param {string} text ISO 8601
 * @param {Language} language
 * @param {string} [timeZone]
 */
export function moment(text, language, timeZone) {
  const locale = language === "en" ? "en-GB" : "ru-RU";
  return new Date(text).toLocaleString(locale, { dateStyle: "short", timeStyle: "medium", timeZone });
}

/**
 * The address of a page of the history.
 * @param {Record<string, string>} filters as the form has them; ``from`` and ``to`` are local days
 * @param {string|null} cursor
 */
export function historyPath(filters, cursor) {
  const query = new URLSearchParams({ limit: "50" });
  for (const name of ["q", "direction", "outcome"]) {
    if (filters[name]) query.set(name, filters[name]);
  }
  if (filters.from) query.set("from", new Date(`${filters.from}T00:00:00`).toISOString());
  if (filters.to) {
    const day = new Date(`${filters.to}T00:00:00`);
    day.setDate(day.getDate() + 1);
    query.set("to", day.toISOString());
  }
  if (cursor) query.set("cursor", cursor);
  return `/calls?${query}`;
}
