"""The abandonment budget: how many more people may be abandoned without leaving the limit.

Credit over a horizon = target x answers by people - abandoned. Horizons: 24 hours, 30 days (both from the database, own
facts since then added) and ``window_s`` (own facts). What may be spent is the least of the credits of 24 hours and 30
days, and no more at once than the window allows, so that savings of a quiet week are not spent on a bad hour.
"""

from collections import deque


class Budget:
    """Counts of answers and abandonments over the three horizons. Times in seconds of the controller's clock."""

    DAY_S = 86_400.0

    def __init__(self, target: float, window_s: float) -> None:
        self.target = target
        self.window_s = window_s
        self._base = (0, 0, 0, 0)
        self._at = float("-inf")
        self.humans = 0
        self.abandoned = 0
        self._since = [0, 0]
        self._window: deque[tuple[float, bool]] = deque()
        self._counts = [0, 0]

    def refresh(self, day: tuple[int, int], month: tuple[int, int], at: float) -> None:
        """(answers by people, abandoned) of 24 hours and of 30 days, all nodes, this one's facts up to ``at`` too."""
        self._base = (*day, *month)
        self._at = at
        self._since = [0, 0]

    def human(self, at: float) -> None:
        """A person answered."""
        self.humans += 1
        self._since[0] += 1
        self._window.append((at, False))
        self._counts[0] += 1

    def lost(self, at: float) -> None:
        """A person was abandoned."""
        self.abandoned += 1
        self._since[1] += 1
        self._window.append((at, True))
        self._counts[1] += 1

    def credit(self) -> float:
        """People who may still be abandoned over 24 hours and 30 days, below 0: overdrawn."""
        humans, abandoned = self._since
        day = self.target * (self._base[0] + humans) - self._base[1] - abandoned
        month = self.target * (self._base[2] + humans) - self._base[3] - abandoned
        return min(day, month)

    def window(self, now: float) -> tuple[int, int]:
        """(Answers by people, abandoned) within the short horizon."""
        edge = now - self.window_s
        while self._window and self._window[0][0] <= edge:
            _, lost = self._window.popleft()
            self._counts[int(lost)] -= 1
        return self._counts[0], self._counts[1]

    def rates(self) -> tuple[float, float]:
        """Abandoned of those answered by people, over 24 hours and 30 days; 0 without answers."""
        humans, abandoned = self._since
        day, month = self._base[0] + humans, self._base[2] + humans
        return (
            (self._base[1] + abandoned) / day if day else 0.0,
            (self._base[3] + abandoned) / month if month else 0.0,
        )
