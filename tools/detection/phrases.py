"""What people and machines say when they answer, and networks before it (phrases.tsv).

The two parts of the corpus have no text in common. Kinds of people: ``short`` (a word or two), ``medium``, ``long`` (a
company's greeting, an excuse). A machine's greeting is a list of sentences, said with pauses between them.
"""

from pathlib import Path

PARTS = ("train", "test")
LANGUAGES = ("ru", "en")
_LINES = [
    line.split("\t")
    for line in Path(__file__).with_name("phrases.tsv").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]


def people(part: str, language: str) -> dict[str, tuple[str, ...]]:
    """What people say, by kind."""
    out: dict[str, tuple[str, ...]] = {}
    for _, _, _, kind, text in _of(part, language, "person"):
        out[kind] = (*out.get(kind, ()), text)
    return out


def machines(part: str, language: str) -> tuple[tuple[str, ...], ...]:
    """Greetings, each a list of sentences."""
    return tuple(tuple(line[4].split(" | ")) for line in _of(part, language, "machine"))


def network(part: str, language: str) -> tuple[str, ...]:
    """Messages of networks."""
    return tuple(line[4] for line in _of(part, language, "network"))


def _of(part: str, language: str, who: str) -> list[list[str]]:
    return [line for line in _LINES if line[:3] == [part, language, who]]
