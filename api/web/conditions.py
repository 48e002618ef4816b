"""Conditions of a statement with their arguments, put together from the filters that were given. Pure."""

from typing import Any


class Conditions:
    """``add("c.caller = {}", number)`` numbers the argument; ``where`` joins what was added with ``and``."""

    def __init__(self, *arguments: Any) -> None:
        self.arguments: list[Any] = list(arguments)
        self._texts: list[str] = []

    def add(self, text: str, *values: Any) -> None:
        """A condition; each ``{}`` in it is one of ``values``."""
        self._texts.append(text.format(*(self.argument(value) for value in values)))

    def given(self, text: str, value: Any) -> None:
        """A condition on one value, unless that is None."""
        if value is not None:
            self.add(text, value)

    def argument(self, value: Any) -> str:
        """The place (``$3``) of a further argument."""
        self.arguments.append(value)
        return f"${len(self.arguments)}"

    @property
    def where(self) -> str:
        """The ``where`` clause, empty when everything fits."""
        return "where " + "\n    and ".join(self._texts) if self._texts else ""
