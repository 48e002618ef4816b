// Words of what was said: the player with its text, for the widget and the panel.
import { translator } from "../core/language.js";
import { COMMON } from "./common.js";

/** @type {import("../core/language.js").Words} */
export const SPEECH = {
  play: ["Слушать", "Play"],
  pause: ["Пауза", "Pause"],
  position: ["Место в записи", "Position in the recording"],
  speed: ["Скорость", "Speed"],
  backBy: ["Назад на {n} с", "Back by {n} s"],
  onBy: ["Вперёд на {n} с", "On by {n} s"],
  jumpTo: ["К {time}", "Go to {time}"],
  client: ["Клиент", "Client"],
  operator: ["Оператор", "Operator"],
  findInText: ["Найти в разговоре", "Find in the conversation"],
  hitOf: ["{n} из {all}", "{n} of {all}"],
  noHits: ["не найдено", "not found"],
  nextHit: ["Следующее место", "Next place"],
  previousHit: ["Предыдущее место", "Previous place"],
  transcript: ["Текст разговора", "Transcript"],
  noText: ["Текста этого разговора пока нет", "There is no text of this conversation yet"],
  noSpeech: ["Речи в записи нет", "Nothing was said"],
  textFailed: ["Распознать не удалось", "It could not be recognised"],
  transcribe: ["Распознать речь", "Transcribe"],
  transcribing: ["Распознаём… {percent} %", "Transcribing… {percent} %"],
  soundFailed: ["Запись не открылась: {reason}", "The recording did not open: {reason}"],
  hidden: ["Личные данные скрыты", "Personal data is hidden"],
  mood_good: ["Доброжелательно", "Positive"],
  mood_bad: ["Недовольно", "Negative"],
  talkRatio: ["Доля речи: клиент {client} %, оператор {operator} %", "Share of speech: client {client} %, operator {operator} %"],
  clientTalks: ["клиент {percent} %", "client {percent} %"],
  operatorTalks: ["оператор {percent} %", "operator {percent} %"],
  silence: ["Тишина", "Silence"],
  longestSilence: ["Самая долгая пауза", "Longest pause"],
  interruptions: ["Перебивания", "Interruptions"],
  sentiment: ["Настроение", "Sentiment"],
  neutral: ["Ровное", "Neutral"],
  deaf: ["Сейчас без текста", "No text just now"],
  deaf_no_engine: ["Сейчас без текста: нет модели распознавания", "No text just now: there is no recognition model"],
  deaf_no_capacity: ["Сейчас без текста: распознавание занято", "No text just now: recognition is busy"],
  deaf_worker_lost: ["Сейчас без текста: распознавание перезапускается", "No text just now: recognition restarts"],
  deaf_tap_lost: ["Сейчас без текста: звук не поступает", "No text just now: no sound arrives"],
  liveText: ["Разговор текстом", "The conversation as text"],
  waitsForWords: ["Слушаем разговор…", "Listening…"],
};

export const st = translator(SPEECH, COMMON);
