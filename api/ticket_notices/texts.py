"""Letters about requests in words, Russian and English. Pure."""

from typing import Literal, NamedTuple

Occasion = Literal[
    "opened", "answered", "client_said", "solved", "closed", "reopened", "assigned", "warned", "breached"
]


class Words(NamedTuple):
    """What a letter tells. ``said``: the words that it brings; ``link``: where the request is shown; ``by_mail``:
    whether an answer to the letter is read."""

    number: int
    subject: str
    said: str = ""
    author: str = ""
    target: str = ""
    until: str = ""
    link: str = ""
    by_mail: bool = False


_TEXTS: dict[tuple[Occasion, str], str] = {
    ("opened", "ru"): """Здравствуйте!

Заявка № {number} принята: «{subject}».
Мы ответим вам, как только займёмся ей.""",
    ("opened", "en"): """Hello,

your request {number} has arrived: “{subject}”.
We will answer as soon as we have looked at it.""",
    ("answered", "ru"): "{said}\n\n{author}\nЗаявка № {number}: «{subject}»",
    ("answered", "en"): "{said}\n\n{author}\nRequest {number}: “{subject}”",
    ("client_said", "ru"): "Клиент ответил в заявке № {number} «{subject}».\n\n{author}:\n{said}",
    ("client_said", "en"): "The client has answered in request {number} “{subject}”.\n\n{author}:\n{said}",
    ("solved", "ru"): """Здравствуйте!

Заявка № {number} «{subject}» решена.
Подтвердите, пожалуйста, что всё в порядке, или напишите, что осталось.{until}""",
    ("solved", "en"): """Hello,

request {number} “{subject}” is solved.
Please confirm that all is well, or tell us what is left.{until}""",
    ("closed", "ru"): """Здравствуйте!

Заявка № {number} «{subject}» закрыта.
Если вопрос остался, напишите нам, и она откроется снова.""",
    ("closed", "en"): """Hello,

request {number} “{subject}” is closed.
If anything is left, write to us, and it will be opened again.""",
    ("reopened", "ru"): "Заявка № {number} «{subject}» открыта снова.",
    ("reopened", "en"): "Request {number} “{subject}” is open again.",
    ("assigned", "ru"): "Вам передана заявка № {number} «{subject}».",
    ("assigned", "en"): "Request {number} “{subject}” is yours now.",
    ("warned", "ru"): "Скоро выйдет срок по заявке № {number} «{subject}»: {target}, до {until}.",
    ("warned", "en"): "Request {number} “{subject}” is about to break a promise: {target}, until {until}.",
    ("breached", "ru"): "Нарушен срок по заявке № {number} «{subject}»: {target}, был до {until}.",
    ("breached", "en"): "Request {number} “{subject}” has broken a promise: {target}, which was until {until}.",
}
_UNTIL = {"ru": " Иначе заявка закроется сама {}.", "en": " Otherwise the request closes by itself at {}."}
_TARGETS = {
    "ru": {"first": "первый ответ", "next": "следующий ответ", "solution": "решение"},
    "en": {"first": "first answer", "next": "next answer", "solution": "solution"},
}
_ANSWER = {"ru": "Чтобы ответить, просто ответьте на это письмо.", "en": "To answer, just reply to this letter."}
_SHOWN = {"ru": "Заявка на сайте: {}", "en": "The request on the site: {}"}


def letter(occasion: Occasion, language: str, words: Words) -> str:
    """The text; ``until`` is a time in words (of ``solved``: when it closes by itself, empty: never)."""
    language = "en" if language == "en" else "ru"
    until = words.until
    if occasion == "solved" and until:
        until = _UNTIL[language].format(until)
    text = _TEXTS[occasion, language].format(
        number=words.number,
        subject=one_line(words.subject),
        said=words.said.strip(),
        author=one_line(words.author),
        target=_TARGETS[language].get(words.target, words.target),
        until=until,
    )
    footer = [_ANSWER[language]] if words.by_mail else []
    if words.link:
        footer.append(_SHOWN[language].format(words.link))
    return text + ("\n\n" + "\n".join(footer) if footer else "") + "\n"


def one_line(text: str) -> str:
    """What others wrote can't bring lines of its own."""
    return " ".join(text.split())
