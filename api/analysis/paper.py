"""An analysis as PDF: one page with figures, two charts and their numbers.

A program of its own (``python -m api.analysis.paper``: JSON in, PDF out), so that laying out a page holds up nobody.
"""

import sys
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from api.analysis import words
from api.analysis.model import Analysis

_INK, _MUTED, _LINE = (28, 32, 40), (110, 118, 130), (222, 226, 232)
_OPENED, _CLOSED = (37, 99, 235), (16, 150, 110)
_LEFT, _WIDTH = 15.0, 180.0


class Order(msgspec.Struct):
    """What the program reads."""

    analysis: Analysis
    language: str


def pdf(analysis: Analysis, language: str) -> bytes:
    """The page, A4."""
    # Loaded here: only this program needs them.
    import font_roboto
    from fpdf import FPDF

    page = FPDF(format="A4")
    page.set_auto_page_break(False)
    page.add_font("r", "", font_roboto.Roboto)
    page.add_font("r", "B", font_roboto.RobotoBold)
    page.set_title(words.TITLES[language].format(analysis.account))
    page.set_lang(language)
    page.add_page()
    _head(page, analysis, language)
    _tiles(page, analysis, language)
    days = [(words.day(d.day, language), d.opened, d.closed, "") for d in analysis.week]
    months = [
        (words.month(m.month, language), m.opened, m.closed, words.span(m.mean_reaction_s, language))
        for m in analysis.months
    ]
    _chart(page, 82, words.word("week", language), days, language)
    _chart(page, 164, words.word("months", language), months, language)
    return bytes(page.output())


def _head(page: Any, analysis: Analysis, language: str) -> None:
    zone = ZoneInfo(analysis.timezone)
    page.set_text_color(*_INK)
    page.set_font("r", "B", 20)
    page.set_xy(_LEFT, 15)
    page.multi_cell(_WIDTH, 9, analysis.account[:120], max_line_height=9)
    page.set_font("r", "", 9)
    page.set_text_color(*_MUTED)
    made = f"{analysis.at.astimezone(zone):%d.%m.%Y %H:%M}"
    since = f"{analysis.since.astimezone(zone):%d.%m.%Y}"
    line = f"{words.word('at', language)}: {made} ({analysis.timezone}) · {words.word('since', language)} {since}"
    page.text(_LEFT, 36, line)


def _tiles(page: Any, analysis: Analysis, language: str) -> None:
    names = ("open_now", "overdue_now", "closed_now", "opened_total", "closed_total")
    figures = [(words.word(name, language), str(getattr(analysis, name))) for name in names]
    figures.append((words.word("mean_reaction_s", language), words.span(analysis.mean_reaction_s, language)))
    for place, (title, value) in enumerate(figures):
        x, y = _LEFT + 61 * (place % 3), 42 + 18 * (place // 3)
        page.set_draw_color(*_LINE)
        page.rect(x, y, 58, 15, style="D", round_corners=True, corner_radius=2)
        page.set_font("r", "", 8)
        page.set_text_color(*_MUTED)
        page.text(x + 3, y + 5, title)
        page.set_font("r", "B", 13)
        page.set_text_color(*_INK)
        page.text(x + 3, y + 12, value)


def _chart(page: Any, top: float, title: str, rows: Sequence[tuple[str, int, int, str]], language: str) -> None:
    """Pairs of bars over a table of the same numbers; ``rows``: name, opened, closed, reaction (or nothing)."""
    page.set_font("r", "B", 12)
    page.set_text_color(*_INK)
    page.text(_LEFT, top, title)
    _legend(page, top, language)
    most = max([1, *(max(row[1], row[2]) for row in rows)])
    height, floor, step = 36.0, top + 44, _WIDTH / len(rows)
    page.set_draw_color(*_LINE)
    page.line(_LEFT, floor, _LEFT + _WIDTH, floor)
    for place, (name, opened, closed, reaction) in enumerate(rows):
        middle = _LEFT + step * (place + 0.5)
        for shift, count, colour in ((-7.0, opened, _OPENED), (0.5, closed, _CLOSED)):
            tall = height * count / most
            if count:
                page.set_fill_color(*colour)
                page.rect(middle + shift, floor - tall, 6.5, tall, style="F")
        page.set_font("r", "", 8)
        page.set_text_color(*_MUTED)
        _middle(page, middle, floor + 5, name)
        for down, text, colour in ((11, str(opened), _OPENED), (16, str(closed), _CLOSED), (21, reaction, _MUTED)):
            page.set_text_color(*colour)
            _middle(page, middle, floor + down, text)


def _legend(page: Any, top: float, language: str) -> None:
    page.set_font("r", "", 8)
    for place, (key, colour) in enumerate((("opened", _OPENED), ("closed", _CLOSED))):
        x = _LEFT + 140 + 20 * place
        page.set_fill_color(*colour)
        page.rect(x, top - 2.5, 3, 3, style="F")
        page.set_text_color(*_MUTED)
        page.text(x + 4.5, top, words.word(key, language))


def _middle(page: Any, x: float, y: float, text: str) -> None:
    if text:
        page.text(x - page.get_string_width(text) / 2, y, text)


def main() -> int:
    order = msgspec.json.decode(sys.stdin.buffer.read(), type=Order)
    sys.stdout.buffer.write(pdf(order.analysis, order.language))
    return 0


if __name__ == "__main__":
    sys.exit(main())
