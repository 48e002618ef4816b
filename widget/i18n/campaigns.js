// Words of campaigns at the operator's desk.
import { translator } from "../core/language.js";
import { COMMON } from "./common.js";

/** @type {import("../core/language.js").Words} */
const CAMPAIGNS = {
  nextClient: ["Следующий клиент", "Next client"],
  decideLeft: ["на решение {time}", "{time} to decide"],
  callClient: ["Позвонить", "Call"],
  skipClient: ["Пропустить", "Skip"],
  callKeys: ["Позвонить (Enter)", "Call (Enter)"],
  skipKeys: ["Пропустить (Esc)", "Skip (Esc)"],
  client: ["Клиент", "Client"],
  portrait: ["О клиенте", "About the client"],
  answersSoFar: ["Ответы клиента", "The client's answers"],
  script: ["Сценарий разговора", "What to say"],
  outcome: ["Итог разговора", "Outcome of the call"],
  outcomeSaved: ["Итог записан: {title}", "Outcome saved: {title}"],
  outcomeChange: ["Изменить", "Change"],
  outcomeRequired: ["Запишите итог, чтобы закончить", "Say how it ended before you finish"],
  outcomeLater: ["Без итога", "No outcome"],
  note: ["Заметка", "Note"],
  callbackAt: ["Когда перезвонить", "When to call back"],
  callbackMine: ["Перезвоню сам", "I will call back myself"],
  callbackPast: ["Это время уже прошло", "That time has passed"],
  dialling: ["Обзвон: {name}", "Campaign: {name}"],
  autoAnswer: ["Принимать звонки обзвона без нажатия", "Take calls of campaigns without a click"],
  autoAnswerHint: ["Сигнал – и вы в разговоре; нужен доступ к микрофону", "A beep, and you are on the line; the microphone must be allowed"],
};

export const ct = translator(CAMPAIGNS, COMMON);

/** A disposition in the reader's language. @param {{title: string, title_en: string}} one @param {string} language */
export function dispositionName(one, language) {
  return (language === "en" && one.title_en) || one.title;
}
