"""What the columns of a table seem to be, by their Russian or English headings and by their values. Pure."""

import re
from collections.abc import Sequence

from api.imports import phones
from api.imports.table import Target

_RULES: tuple[tuple[str, str], ...] = (
    ("phone", r"телефон|\bтел\b|мобильн|сотов|phone|\btel\b|\bmobile\b|\bcell\b|msisdn|contact number|номер клиента"),
    ("email", r"e ?mail|электронная почта|\bпочта\b|емейл|имейл"),
    ("messenger", r"telegram|телеграм|whatsapp|вотсап|ватсап|viber|вайбер|мессенджер|messenger"),
    ("timezone", r"time ?zone|часовой пояс|\btz\b|\butc\b"),
    ("language", r"^(language|lang|язык)$"),
    ("external_id", r"^(id|ид|guid|uuid|идентификатор|код( клиента)?|внешний (id|ид|код)|лицевой счет|account|"
     r"(client|customer|external|crm|lead|user) (id|code)|(ид|id|код|номер) (клиента|абонента|в crm))$"),
    ("name", r"^(name|full name|fio|фио|имя|фамилия|отчество|клиент|client|customer|contact|контакт|контактное лицо|"
     r"абонент|first name|last name|middle name|surname|имя клиента|фио клиента|customer name|client name|"
     r"фамилия имя отчество|имя фамилия|ф и о)$"),
)  # fmt: skip
_ROLES = (
    ("mobile", r"мобил|сотов|mobile|cell"),
    ("work", r"рабоч|служебн|work|office|business"),
    ("home", r"домашн|\bдом\b|home"),
    ("extra", r"дополнит|\bдоп\b|другой|additional|other|alternative|extra"),
    ("telegram", r"telegram|телеграм"),
    ("whatsapp", r"whatsapp|вотсап|ватсап"),
    ("viber", r"viber|вайбер"),
)
_WITH_ROLE = ("phone", "email", "messenger")
_WORDS = re.compile(r"[^\w]+|_+")
_NOT_NAME = re.compile(r"[^a-z0-9]+")
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_ENOUGH = 0.6
_LATIN = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ж": "zh", "з": "z", "и": "i", "й": "y", "к": "k",
    "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh",
    "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya",
}  # fmt: skip


def plain(heading: str) -> str:
    """A heading without case, punctuation and numbers at its end."""
    words = _WORDS.sub(" ", heading.lower().replace("ё", "е")).strip()
    return re.sub(r"\s*\d+$", "", words)


def variable(heading: str, taken: set[str] | None = None) -> str:
    """A name for texts and menus: ``Сумма долга`` gives ``summa_dolga``; not one of those ``taken``."""
    latin = "".join(_LATIN.get(letter, letter) for letter in heading.lower().replace("ё", "е"))
    name = _NOT_NAME.sub("_", latin).strip("_")
    if not name or not name[0].isalpha():
        name = f"column_{name}".rstrip("_")
    name = name[:40].rstrip("_")
    found, count = name, 2
    while found in (taken or ()):
        found, count = f"{name[:36]}_{count}", count + 1
    return found


def headings(row: Sequence[str]) -> list[str]:
    """Names of columns, each once: ``Телефон``, ``Телефон (2)``; nameless ones are counted."""
    found: list[str] = []
    for number, cell in enumerate(row, start=1):
        base = " ".join(cell.split())[:180] or f"column {number}"
        name, count = base, 2
        while name in found:
            name, count = f"{base} ({count})", count + 1
        found.append(name)
    return found


def has_headings(row: Sequence[str], region: str) -> bool:
    """Is the first row one of headings? One with a number, an e-mail address or digits alone is none."""
    cells = [cell.strip() for cell in row if cell.strip()]
    if not cells or len(set(cells)) < len(cells):
        return any(_by_heading(cell) for cell in cells)
    return not any(
        cell.replace(" ", "").isdigit() or _EMAIL.fullmatch(cell) or phones.looks_like_phone(cell, region)
        for cell in cells
    )


def guess(names: Sequence[str], rows: Sequence[Sequence[str]], region: str) -> list[Target]:
    """What each column seems to be; ``rows``: some of the values."""
    fields = [_by_heading(name) for name in names]
    values = [[row[i].strip() for row in rows if i < len(row) and row[i].strip()] for i in range(len(names))]
    if "phone" not in fields:
        likely = [i for i, field in enumerate(fields) if not field and _share(values[i], region) >= _ENOUGH]
        for i in likely[:1] if any(fields) else likely:
            fields[i] = "phone"
    if not any(fields) or fields.count("phone") == sum(map(bool, fields)):
        _by_values(fields, values)
    once: set[str] = set()
    taken: set[str] = set()
    found = []
    for name, field in zip(names, fields, strict=True):
        if not field or (field in ("external_id", "timezone", "language") and field in once):
            name_ = variable(name, taken)
            taken.add(name_)
            found.append(Target(field="data", variable=name_))
            continue
        once.add(field)
        found.append(Target(field=field, role=_role(name) if field in _WITH_ROLE else ""))  # type: ignore[arg-type]
    return found


def _by_heading(name: str) -> str:
    words = plain(name)
    return next((field for field, pattern in _RULES if re.search(pattern, words)), "")


def _role(name: str) -> str:
    words = plain(name)
    return next((role for role, pattern in _ROLES if re.search(pattern, words)), "")


def _share(values: Sequence[str], region: str) -> float:
    if not values:
        return 0.0
    return sum(phones.looks_like_phone(value, region) for value in values) / len(values)


def _by_values(fields: list[str], values: Sequence[Sequence[str]]) -> None:
    """Columns without headings that say anything: e-mail by its shape, the first one of letters is the name."""
    for i, column in enumerate(values):
        if not fields[i] and column and all(_EMAIL.fullmatch(value) for value in column):
            fields[i] = "email"
    for i, column in enumerate(values):
        if not fields[i] and column and all(re.search(r"[^\W\d_]{2}", value) for value in column):
            fields[i] = "name"
            return
