"""What somebody said in a letter, without what they quote and without their signature. Pure.

Clients quote in two ways: with a line "On ..., ... wrote:" and ``>`` before each line (Gmail, Apple, Thunderbird,
Yandex, Mail.ru), or with a block of headers and the old letter as it was (Outlook, mobile clients).
"""

import re

_MARK = re.compile(r"^\s*>")
_MONTHS = "янв|фев|мар|апр|ма[йя]|июн|июл|авг|сен|окт|ноя|дек|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_DAYS = "пн|вт|ср|чт|пт|сб|вс|mon|tue|wed|thu|fri|sat|sun"
_DATE = rf"\d{{1,2}}[./ \-]|\d{{4}}-\d\d|\b(?:{_MONTHS}|{_DAYS})"
_LONGEST = 400
"""Characters of a line that may begin a quote."""
# "On Mon, 2 Mar 2026 at 10:11, Support <s@x> wrote:", "пн, 2 мар. 2026 г. в 10:11, Поддержка <s@x>:",
# "02.03.2026 10:11, Поддержка пишет:", "Понедельник, 2 марта 2026, 10:11 +03:00 от Поддержка <s@x>:"
_SAID = re.compile(
    rf"(?i)^(?=.*(?:{_DATE}))(?:"
    r".{0,300}(?:wrote|writes|написал(?:\(а\)|а|и)?|пишет|писал(?:\(а\)|а|и)?|сообщил(?:\(а\)|а)?)\s?:"
    r"|.{0,300}<[^<>\s]+@[^<>\s]+>\s?:"
    r"|.{6,120}\bот\s.{1,200}:"
    r")\s*$"
)
_DIVIDERS = re.compile(
    r"(?i)^\s*(?:"
    r"[-_*=]{2,}\s*(?:original message|forwarded message|reply message|исходное сообщение|"
    r"пересылаемое сообщение|пересланное сообщение|переадресованное сообщение|конец пересылаемого сообщения|"
    r"original appointment|ответ)\s*[-_*=]{2,}"
    r"|(?:begin forwarded message|начало переадресованного сообщения)\s*:"
    r"|_{25,}"
    r")\s*$"
)
_FIELD = re.compile(
    r"(?i)^\s*\*?(from|sent|date|to|cc|subject|reply-to|importance|"
    r"от(?:\sкого)?|отправлено|дата|кому|копия|тема|важность)\*?\s*:\*?\s*\S?"
)
_FROM = re.compile(r"(?i)^\s*\*?(?:from|от(?:\sкого)?)\*?\s*:")
_SIGNATURES = re.compile(
    r"(?i)^\s*(?:"
    r"--\s?|—|–"
    r"|(?:с уважением|с наилучшими пожеланиями|всего (?:доброго|хорошего)|хорошего дня|best regards|kind regards|"
    r"regards|yours (?:sincerely|faithfully|truly)|sincerely|cheers|best wishes|с ув\.?)\b.{0,80}"
    r"|(?:отправлено (?:с|из)\b|отправлен[оа] (?:с|из)\b|послано из|sent from|sent via|sent with|get outlook for|"
    r"отправлено с помощью|скачать outlook|посмотреть outlook|получить outlook).{0,120}"
    r")$"
)
_SURE = re.compile(r"(?i)^\s*(?:--\s?$|отправлен|послано из|sent (?:from|via|with)|get outlook|скачать outlook)")
_SIGNATURE_LINES = 12


def said(text: str) -> str:
    """What the letter says anew. Answers that stand between quoted lines keep the quotes that they answer. A letter
    that says nothing else is given whole."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u200b", "").split("\n")
    kept = _without_quotes(lines)
    found = "\n".join(_without_signature(kept)).strip()
    return re.sub(r"\n{3,}", "\n\n", found) or "\n".join(kept).strip() or text.strip()


def _without_quotes(lines: list[str]) -> list[str]:
    place = _first_quote(lines)
    if place is None:
        return lines
    before, after = lines[: place[0]], lines[place[1] :]
    if any(line.strip() for line in before) or not any(_MARK.match(line) for line in after):
        return before if not _answers_inside(after) else [*before, *after]
    # Nothing stands above the quote: the answer is below it, or between its lines.
    if _answers_inside(after):
        return after
    return [line for line in after if not _MARK.match(line)]


def _first_quote(lines: list[str]) -> tuple[int, int] | None:
    """Where the first quote begins, and where its text does."""
    for place, line in enumerate(lines):
        if _MARK.match(line):
            return place, place
        if _DIVIDERS.match(line) and _goes_on(lines, place):
            return place, place + 1
        if _FROM.match(line) and _is_block(lines, place):
            return place, place + 1
        if (start := _said_by(lines, place)) is not None:
            return start
    return None


def _said_by(lines: list[str], place: int) -> tuple[int, int] | None:
    """The line that tells who wrote what follows; clients break it into as many as three."""
    for end in range(place + 1, place + 4):
        if not lines[end - 1 : end] or not lines[end - 1].strip():
            return None
        if not lines[end - 1].rstrip().endswith(":"):
            continue
        # Of what fits the shortest: words of one's own may stand right above.
        for start in range(end - 1, place - 1, -1):
            joined = " ".join(part.strip() for part in lines[start:end])
            if len(joined) <= _LONGEST and _SAID.match(joined):
                return start, end
    return None


def _goes_on(lines: list[str], place: int) -> bool:
    """A line of underscores is Outlook's divider where headers follow, else only a line."""
    if "_" * 25 not in lines[place]:
        return True
    rest = [line for line in lines[place + 1 : place + 6] if line.strip()]
    return bool(rest) and bool(_FIELD.match(rest[0]))


def _is_block(lines: list[str], place: int) -> bool:
    """Three headers within five lines."""
    near = [line for line in lines[place : place + 8] if line.strip()][:5]
    return len({match[1].lower() for line in near if (match := _FIELD.match(line))}) >= 3


def _answers_inside(lines: list[str]) -> bool:
    """Whether words of one's own stand between quoted lines: two turns from quote to own words, or one and back."""
    turns, quoted = 0, False
    for line in lines:
        if not line.strip() or _SIGNATURES.match(line):
            continue
        now = bool(_MARK.match(line))
        turns += now and not quoted
        quoted = now
    return turns >= 2


def _without_signature(lines: list[str]) -> list[str]:
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    begin = max(0, end - _SIGNATURE_LINES)
    said_before = any(line.strip() for line in lines[:begin])
    for place in range(begin, end):
        line = lines[place]
        if said_before and _SIGNATURES.match(line) and (_SURE.match(line) or _is_end(lines[place:end])):
            return lines[:place]
        said_before = said_before or bool(line.strip())
    return lines[:end]


def _is_end(rest: list[str]) -> bool:
    """Short lines alone: names, posts, phones; a sentence is none."""
    return all(len(line.strip()) <= 80 and not _MARK.match(line) for line in rest)
