"""What the checker says about a dialplan."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, order=True)
class Problem:
    """One finding: the template ``file`` and ``line`` (1-based), a stable ``code``, and what to do about it.

    A dialplan with an ``error`` is not activated; a ``warning`` is told and lets it pass.
    """

    file: str
    line: int
    severity: Severity
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.severity}: {self.message} [{self.code}]"

    def as_dict(self) -> dict[str, Any]:
        """The finding as JSON-able values."""
        return asdict(self)


def errors(problems: list[Problem]) -> list[Problem]:
    """Those that stand in the way of activation."""
    return [problem for problem in problems if problem.severity == "error"]
