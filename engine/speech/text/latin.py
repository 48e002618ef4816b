"""Latin words in Russian texts, and Russian words in English ones: as a reader of the other language says them."""

import re

WORDS = {
    "email": "имейл", "e-mail": "имейл", "mail": "мэйл", "sms": "эс эм эс", "wi-fi": "вай фай", "wifi": "вай фай",
    "ok": "окей", "okay": "окей", "online": "онлайн", "offline": "офлайн", "vip": "вип", "visa": "виза", "pay": "пэй",
    "mastercard": "мастер кард", "telegram": "телеграм", "whatsapp": "вотс ап", "viber": "вайбер", "skype": "скайп",
    "google": "гугл", "apple": "эпл", "yandex": "яндекс", "paylater": "пэй лэйтер", "later": "лэйтер",
    "iphone": "айфон",
    "android": "андроид", "windows": "виндоус", "usb": "ю эс би", "id": "ай ди", "it": "ай ти", "pdf": "пэ дэ эф",
    "crm": "си эр эм", "faq": "эф эй кью", "url": "ю эр эл", "www": "три дабл ю", "com": "ком", "ru": "ру",
    "net": "нет",
    "org": "орг", "info": "инфо", "site": "сайт", "bluetooth": "блютус", "facebook": "фейсбук", "youtube": "ютуб",
    "sim": "сим", "qr": "кью ар", "pin": "пин", "gps": "джи пи эс", "tv": "ти ви", "pro": "про", "max": "макс",
    "plus": "плюс", "premium": "премиум", "support": "саппорт", "service": "сервис", "call": "колл", "center": "центр",
    "centre": "центр", "hello": "хэллоу", "john": "джон", "george": "джордж", "office": "офис", "box": "бокс",
}  # fmt: skip
_NAMES = dict(
    zip(
        "abcdefghijklmnopqrstuvwxyz",
        str.split("эй би си ди и эф джи эйч ай джей кей эл эм эн о пи кью ар эс ти ю ви дабл-ю икс уай зет"),
        strict=True,
    )
)
_SOUNDS = (
    ("tion", "шн"), ("sch", "ш"), ("tch", "ч"), ("igh", "ай"), ("sh", "ш"), ("ch", "ч"), ("th", "т"), ("ph", "ф"),
    ("ck", "к"), ("qu", "кв"), ("oo", "у"), ("ee", "и"), ("ea", "и"), ("ou", "ау"), ("ow", "оу"), ("ay", "эй"),
    ("ai", "эй"), ("ey", "и"), ("kh", "х"), ("zh", "ж"), ("ts", "ц"), ("ya", "я"), ("yu", "ю"), ("yo", "ё"),
    ("ce", "се"),
    ("ci", "си"), ("cy", "си"), ("ge", "дже"), ("a", "а"), ("b", "б"), ("c", "к"), ("d", "д"), ("e", "е"), ("f", "ф"),
    ("g", "г"), ("h", "х"), ("i", "и"), ("j", "дж"), ("k", "к"), ("l", "л"), ("m", "м"), ("n", "н"), ("o", "о"),
    ("p", "п"),
    ("q", "к"), ("r", "р"), ("s", "с"), ("t", "т"), ("u", "у"), ("v", "в"), ("w", "в"), ("x", "кс"), ("y", "и"),
    ("z", "з"),
)  # fmt: skip
_CYRILLIC = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        str.split("a b v g d e yo zh z i y k l m n o p r s t u f kh ts ch sh shch * y * e yu ya"),
        strict=True,
    )
)
_WORD = re.compile(r"[A-Za-z]+(?:[-'][A-Za-z]+)*")
_SPELLED = re.compile(r"[A-Z]{2,5}|[b-df-hj-np-tv-xz]{2,5}|[A-Za-z]")


def to_russian(text: str) -> str:
    """Latin words of ``text`` in Cyrillic letters."""
    return _WORD.sub(lambda match: _russian(match[0]), text)


def _russian(word: str) -> str:
    known = WORDS.get(word.lower())
    if known is not None:
        return known
    if "-" in word or "'" in word:
        return " ".join(_russian(part) for part in re.split(r"[-']", word))
    if _SPELLED.fullmatch(word):
        return " ".join(_NAMES[letter] for letter in word.lower())
    rest, out = word.lower(), ""
    if len(rest) > 3 and rest.endswith("e"):
        rest = rest[:-1]
    while rest:
        latin, sound = next(pair for pair in _SOUNDS if rest.startswith(pair[0]))
        out += sound
        rest = rest[len(latin) :]
    return out


def to_latin(text: str) -> str:
    """Cyrillic letters of ``text`` in Latin ones; the hard and the soft sign are left out."""
    out = []
    for char in text:
        latin = _CYRILLIC.get(char.lower())
        if latin is None:
            out.append(char)
        else:
            latin = latin.replace("*", "")
            out.append(latin.capitalize() if char.isupper() else latin)
    return "".join(out)
