"""Rules of the example: words that supervisors are told of while people talk."""

from typing import Any
from uuid import UUID, uuid5

_SPACE = UUID("2b9d6a4e-7c35-4d0e-8a6b-91f3e5c0d712")
Row = tuple[str, dict[str, Any]]
_RULES: tuple[tuple[str, str, str, str | None, tuple[str, ...]], ...] = (
    ("Уходит от нас", "keyword", "alarm", "client", ("расторгнуть договор", "уйти к другим", "cancel my contract")),
    ("Жалоба", "keyword", "warning", "client", ("жалоб*", "жаловаться", "безобразие", "подать в суд", "complain*")),
    ("Грубость оператора", "keyword", "alarm", "operator", ("не мои проблемы", "сами виноваты", "not my problem")),
    ("Благодарность", "keyword", "info", "client", ("большое спасибо", "очень помогли", "thank you so much")),
    ("Доставка", "topic", "info", None, ("доставка", "курьер", "привезти", "delivery", "courier")),
)


def rows() -> list[Row]:
    """Rows of ``speech_rules``."""
    return [
        (
            "speech_rules",
            {
                "id": uuid5(_SPACE, name),
                "name": name,
                "kind": kind,
                "severity": severity,
                "side": side,
                "phrases": list(phrases),
            },
        )
        for name, kind, severity, side, phrases in _RULES
    ]
