// What helps to fill a field in.

/** @type {import("../../core/language.js").Words} */
export const HINTS = {
  "NumberData.number": ["Цифры, как их набирают, без плюса: 74951234567", "Digits as dialled, without a plus: 74951234567"],
  fallback_extension: ["Звонит, если система не отвечает", "Rings when the system is away"],
  "TrunkWrite.name": ["Латиницей: mts, beeline-2", "Small Latin letters: provider-1"],
  match: ["IP-адреса или сети: 203.0.113.5, 198.51.100.0/24", "IP addresses or networks: 203.0.113.5, 198.51.100.0/24"],
  timezone: ["Например, Europe/Moscow", "Such as Europe/Moscow"],
  "ExtensionWrite.password": ["Пусто: сильный пароль придумает система", "Empty: a strong one is made"],
  "BlacklistData.pattern": ["Только цифры, без плюса", "Digits only, without a plus"],
  "ToMessage.sound": ["Имя звука Asterisk: ss-noservice", "A sound of Asterisk: ss-noservice"],
  "SoundPrompt.name": ["Имя звука Asterisk: vm-goodbye", "A sound of Asterisk: vm-goodbye"],
  "TextPrompt.text": ["Можно вставить переменную: {name}", "A variable may be put in: {name}"],
  variable: ["Латиницей: order_number", "Small Latin letters: order_number"],
  "Condition.variable": ["Своя переменная или caller, called, language", "Your own variable, or caller, called, language"],
  mapping: ["Переменная и JSON-указатель: name → /client/name", "Variable and JSON pointer: name → /client/name"],
  "Callback.number": ["Пусто: номер звонящего", "Empty: the caller's own number"],
  login: ["Маленькими латинскими буквами", "Small Latin letters"],
  members: ["Порядок важен, когда звонят по очереди", "The order counts when they are rung in order"],
  "SpeedDialData.code": ["До восьми знаков: цифры, * и #", "Up to eight of digits, * and #"],
  exceptions: ["Без часов: закрыто весь день", "Without hours: closed all day"],
  email: ["Сюда придёт приглашение", "The invitation goes there"],
};
