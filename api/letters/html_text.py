"""HTML of letters into plain text: nothing of it is ever shown as HTML. Pure."""

import re
from html.parser import HTMLParser

MAX_HTML = 1_000_000
"""Characters that are read; letters of newsletters have less."""
_SKIPPED = frozenset({"script", "style", "head", "title", "template", "noscript", "object", "iframe", "svg", "math"})
_BLOCKS = frozenset(
    {"p", "div", "tr", "table", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "section", "hr"}
)
_VOID = frozenset({"br", "hr", "img", "meta", "link", "input", "area", "base", "col", "embed", "source", "wbr"})
# Wrappers by which clients mark what they quote (Gmail, Yandex, Mail.ru, Apple, Outlook, Thunderbird).
_QUOTE_CLASS = re.compile(r"(?i)\b(gmail_quote|gmail_extra|yahoo_quoted|mail-quote|moz-cite-prefix|protonmail_quote)\b")
_QUOTE_ID = re.compile(r"(?i)\A(?:x_)?(?:divRplyFwdMsg|appendonsend|mail-editor-reference-message|isForwardContent)")
# The parser of the standard library takes time without end over tags that are never closed: they are made text before.
_DATA = re.compile(r"(?i)data:[^\"'>\s]{200,}")
_DECLARED = re.compile(r"<[!?][^>]*(?:>|\Z)")
_UNCLOSED = re.compile(r"<(?![^<>]{1,4000}>)")
_DEPTH = 200


def to_text(html: str) -> str:
    """The text, a line for each block; quotes begin with ``> ``; links are told where they say something else."""
    reader = _Reader()
    try:
        reader.feed(_tamed(html[:MAX_HTML]))
        reader.close()
    except (AssertionError, ValueError, RecursionError):
        # What was read until then is what there is.
        pass
    return reader.text()


def _tamed(html: str) -> str:
    """Without comments, declarations and embedded data; what opens a tag and never closes it is text."""
    pieces, place = [], 0
    while (start := html.find("<!--", place)) >= 0:
        pieces.append(html[place:start])
        end = html.find("-->", start + 4)
        place = len(html) if end < 0 else end + 3
    text = "".join([*pieces, html[place:]]).replace("\x00", "")
    return _UNCLOSED.sub("&lt;", _DECLARED.sub("", _DATA.sub("", text)))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[tuple[int, str]] = []
        self._line = ""
        self._open: list[str] = []
        self._skipping = 0
        self._quoted = 0
        self._pre = 0
        self._link: tuple[str, int] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SKIPPED:
            self._skipping += 1
            return
        if self._skipping:
            return
        if tag == "br":
            self._break()
            return
        if tag in _BLOCKS or tag == "li":
            self._break(soft=True)
        given = {name: value or "" for name, value in attrs}
        if tag == "li":
            self._line += "- "
        elif tag == "a":
            self._link = (given.get("href", ""), len(self._line))
        elif tag in ("td", "th") and self._line.strip():
            self._line += " "
        if tag not in _VOID and len(self._open) < _DEPTH:
            self._enter(tag, given)

    def handle_endtag(self, tag: str) -> None:
        if tag in _SKIPPED:
            self._skipping = max(0, self._skipping - 1)
            return
        if self._skipping or tag in _VOID:
            return
        if tag == "a":
            self._tell_link()
        if tag in _BLOCKS or tag == "li":
            self._break(soft=True)
        self._leave(tag)
        if tag == "p":
            self._lines.append((self._quoted, ""))

    def handle_data(self, data: str) -> None:
        if self._skipping:
            return
        if self._pre:
            first, *rest = data.split("\n")
            self._line += first
            for line in rest:
                self._break()
                self._line += line
            return
        text = re.sub(r"\s+", " ", data.replace("\xa0", " "))
        self._line += text.lstrip() if not self._line or self._line.endswith(" ") else text

    def text(self) -> str:
        self._break(soft=True)
        lines = [("> " * level + line).rstrip() for level, line in self._lines]
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()

    def _enter(self, tag: str, given: dict[str, str]) -> None:
        mark = tag
        kind = given.get("class", "")
        quote = tag == "blockquote" or _QUOTE_CLASS.search(kind) or _QUOTE_ID.match(given.get("id", ""))
        if quote and "gmail_attr" not in kind:
            self._quoted += 1
            mark += ">"
        if tag == "pre":
            self._pre += 1
        self._open.append(mark)

    def _leave(self, tag: str) -> None:
        """Close the innermost of these tags, and what was left open inside."""
        for place in range(len(self._open) - 1, -1, -1):
            if self._open[place].rstrip(">") == tag:
                for mark in self._open[place:]:
                    self._quoted -= mark.endswith(">")
                    self._pre -= mark == "pre"
                del self._open[place:]
                return

    def _break(self, *, soft: bool = False) -> None:
        """End the line; ``soft``: where there is something on it."""
        line = self._line if self._pre else self._line.strip()
        if line or not soft:
            self._lines.append((min(self._quoted, 5), line))
        self._line = ""

    def _tell_link(self) -> None:
        if self._link is None:
            return
        href, start = self._link
        self._link = None
        said = self._line[start:].strip()
        if re.match(r"(?i)https?://", href) and len(href) <= 500 and said and said.rstrip("/") != href.rstrip("/"):
            self._line += f" ({href})"
