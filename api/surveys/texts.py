"""The letter that asks. Pure."""

_SUBJECTS = {"ru": "Оцените нашу поддержку", "en": "How did we do?"}
_ABOUT = {"ru": "Заявка № {number}: {subject}", "en": "Request {number}: {subject}"}
_TEXTS = {
    "ru": "Здравствуйте!\n\n{about}{question}\n\nОтветить (один щелчок, входить не нужно):\n\n{link}\n\n"
    "Ссылка работает до {until}.\n",
    "en": "Hello,\n\n{about}{question}\n\nAnswer (one click, no sign-in):\n\n{link}\n\nThe link works until {until}.\n",
}


def letter(language: str, question: str, link: str, until: str, number: int | None, subject: str) -> tuple[str, str]:
    """Subject and text; ``number`` and ``subject`` of the request it is about, if it is about one."""
    about = "" if number is None else _ABOUT[language].format(number=number, subject=" ".join(subject.split())) + "\n\n"
    text = _TEXTS[language].format(about=about, question=question, link=link, until=until)
    return _SUBJECTS[language], text
