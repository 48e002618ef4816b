// Menus by voice: pages, fields, values, events and problems.

/** @typedef {import("../../core/language.js").Words} Words */

/** @type {Words} */
export const VOICE_PAGES = {
  phrasesOf: ["{digit}: {language}", "{digit}: {language}"],
  phrasesHint: [
    "По одной фразе в строке. Формы слов, «пожалуйста» и сама цифра («один», «первый») понимаются и так",
    "One phrase a line. Forms of words, \"please\" and the digit itself (\"one\", \"first\") are understood anyway",
  ],
  phrasesNone: ["Сначала добавьте цифры", "Add digits first"],
  trySay: ["Что говорит", "What is said"],
  trySayHint: ["По одной фразе в строке, запятая: молчит", "One phrase a line, a comma is a silence"],
};

/** @type {Words} */
export const VOICE_FIELDS = {
  speech: ["Ответ голосом", "Answers by voice"],
  on: ["Слушать", "Listen"],
  accept: ["Уверенность, чтобы выполнить (0–1)", "Sure enough to act (0 to 1)"],
  confirm: ["Уверенность, чтобы переспросить (0–1)", "Sure enough to ask (0 to 1)"],
  "MenuSpeech.barge_in": ["Голос прерывает сообщение", "Speech interrupts the prompt"],
  "CollectSpeech.barge_in": ["Голос прерывает сообщение", "Speech interrupts the prompt"],
  "Speech.barge_in": ["Голос прерывает сообщение", "Speech interrupts the prompt"],
  "Ask.barge_in": ["Можно прервать", "It may be interrupted"],
  "MenuSpeech.languages": ["Языки ответов", "Languages of answers"],
  "CollectSpeech.languages": ["Языки ответов", "Languages of answers"],
  "Speech.languages": ["Языки ответов", "Languages of answers"],
  "Ask.languages": ["Языки ответов", "Languages of answers"],
  detect_language: ["Продолжать на языке звонящего", "Go on in the caller's language"],
  silence_s: ["Пауза в конце речи, с", "Silence that ends it, s"],
  hints: ["Ожидаемые слова", "Words to expect"],
  max_no_match: ["Непонятых ответов подряд", "Answers not understood"],
  "MenuSpeech.phrases": ["Фразы", "Phrases"],
  read_back: ["Повторить и переспросить", "Read it back"],
  no_match_prompts: ["Если ответ не понят, сказать", "When it is not understood, say"],
  confirm_prompts: ["Как переспросить", "How to ask whether it was meant"],
  digits_prompts: ["Что сказать, если голос не слышно", "What to say where nobody hears"],
  on_no_match: ["Если так и не понят", "When it is never understood"],
  on_back: ["По слову «назад»", "At \"back\""],
  on_operator: ["По слову «оператор»", "At \"operator\""],
  on_yes: ["Если да", "If yes"],
  on_no: ["Если нет", "If no"],
  yes_digit: ["Цифра для «да»", "Digit for yes"],
  no_digit: ["Цифра для «нет»", "Digit for no"],
  confidence_variable: ["Переменная для уверенности", "Variable for the confidence"],
  max_s: ["Не дольше, с", "At most, s"],
  "Event.said": ["сказано", "said"],
  "Event.confidence": ["уверенность", "confidence"],
  "Event.engine": ["распознал", "heard by"],
  "Event.variable": ["переменная", "variable"],
  "Event.yes": ["да", "yes"],
};

/** @type {Words} */
export const VOICE_HINTS = {
  "MenuSpeech.languages": ["Пусто: языки фраз или язык звонка", "Empty: those of the phrases, or the call's"],
  "Speech.languages": ["Пусто: язык звонка", "Empty: the call's language"],
  "CollectSpeech.languages": ["Пусто: язык звонка", "Empty: the call's language"],
  "Ask.languages": ["Пусто: язык звонка", "Empty: the call's language"],
  max_no_match: ["Дальше только цифры или заданный шаг", "Then digits alone, or the step given"],
  confirm_prompts: ["{choice}: что было понято", "{choice}: what was understood"],
  on_no_match: ["Пусто: дальше цифрами", "Empty: goes on by digits"],
  confidence_variable: ["Пусто: не нужна", "Empty: not wanted"],
};

/** @type {Words} */
export const VOICE_VALUES = {
  "step.menu": ["Выбор цифрой или голосом", "Choice by digit or voice"],
  "step.confirm": ["Вопрос: да или нет", "Yes or no"],
  "step.ask": ["Открытый вопрос", "Open question"],
  "by.voice": ["голос", "voice"],
  "yes.true": ["да", "yes"],
  "yes.false": ["нет", "no"],
  "command.repeat": ["повторить", "repeat"],
  "command.back": ["назад", "back"],
  "command.operator": ["оператор", "operator"],
  "command.yes": ["да", "yes"],
  "command.no": ["нет", "no"],
};

/** @type {Words} */
export const VOICE_EVENTS = {
  said: ["Сказано", "Said"],
  unsure: ["Переспрошено", "Asked whether it was meant"],
  no_match: ["Не понято", "Not understood"],
  repeat: ["Просит повторить", "Asked to hear it again"],
  confirmed: ["Ответ на вопрос", "Answer to the question"],
  answer: ["Ответ на открытый вопрос", "Answer to the open question"],
  speech_unavailable: ["Голос не слышно, дальше цифрами", "Nobody hears the caller: digits alone"],
  speech_back: ["Голос снова слышно", "The caller is heard again"],
  recorded: ["Записан ответ", "Answer recorded"],
};

/** @type {readonly (readonly [RegExp, string])[]} */
export const VOICE_PROBLEMS = [
  [/^is a phrase of (.*) too/, "Такая же фраза у «$1»"],
  [/^sounds too much like a phrase of (.*)/, "Слишком похоже на фразу «$1»"],
  [/^no option has this digit/, "Такой цифры нет среди вариантов"],
  [/^no phrase in a language that is listened for \((.*)\)/, "Нет фраз на языке $1"],
  [/^holds no word that can be said/, "Здесь нет слов"],
  [/^more than accept/, "Больше, чем нужно для выполнения"],
  [/^is the digit of yes too/, "Та же цифра, что и для «да»"],
  [/^is set by the call itself/, "Эту переменную задаёт сам звонок"],
];
