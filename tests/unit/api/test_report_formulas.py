"""The formulas on figures that can be checked by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.reports import formulas
from api.reports.formulas import ServiceLevel, Tally, Time

pytestmark = pytest.mark.feature("F-PBX-19", "F-ADM-08")
# Of 100 visits 80 were answered (60 in time), 15 abandoned (6 before the target, 4 of them at once), 5 sent away.
DAY = Tally(
    offered=100, answered=80, answered_in=60, abandoned=15, abandoned_in=6, short=4, lost=5, wait_answered_s=1600,
    wait_abandoned_s=300, talk_s=8000, hold_s=400, wrap_s=1200, known=50, repeated=10,
)  # fmt: skip


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        (ServiceLevel.WITHOUT_SHORT, 60 / 96),
        (ServiceLevel.AFTER_TARGET, 60 / 94),
        (ServiceLevel.OFFERED, 60 / 100),
        (ServiceLevel.ANSWERED, 60 / 80),
        (ServiceLevel.ABANDONS_GOOD, 66 / 100),
    ],
)
def test_each_way_to_count_the_service_level(way, expected) -> None:
    assert formulas.service_level(DAY, way) == pytest.approx(expected)


def test_figures_of_a_day() -> None:
    assert formulas.abandonment(DAY) == pytest.approx(11 / 96)
    assert formulas.abandonment_with_short(DAY) == pytest.approx(15 / 100)
    assert formulas.speed_of_answer(DAY) == 20
    assert formulas.time_to_abandon(DAY) == 20
    assert formulas.handling(DAY.talk_s, DAY.hold_s, DAY.wrap_s, DAY.answered) == 120
    assert formulas.first_contact(DAY) == 0.8


def test_occupancy_leaves_breaks_and_absence_out() -> None:
    time = Time(ready=1000, reserved=200, on_call=2000, wrap_up=400, on_break=900, away=100)
    assert formulas.signed_on(time) == 4600
    assert formulas.occupancy(time) == pytest.approx(2400 / 3600)


def test_nothing_counted_gives_no_figure() -> None:
    empty = Tally()
    assert {formulas.service_level(empty, way) for way in ServiceLevel} == {None}
    assert formulas.speed_of_answer(empty) is formulas.abandonment(empty) is formulas.occupancy(Time()) is None


counts = st.integers(0, 1000)


@given(st.lists(st.tuples(counts, counts, counts, counts, counts, counts), max_size=20))
def test_shares_lie_between_nothing_and_all_and_parts_add_up(parts) -> None:
    total = Tally()
    for answered, answered_in, abandoned, abandoned_in, short, lost in parts:
        inside = min(abandoned, abandoned_in)
        total.add(
            Tally(answered=answered + answered_in, answered_in=answered_in, abandoned=abandoned, abandoned_in=inside,
                  short=min(short, inside), lost=lost)
        )  # fmt: skip
    for share in (*(formulas.service_level(total, way) for way in ServiceLevel), formulas.abandonment(total)):
        assert share is None or 0 <= share <= 1
    assert total.answered == sum(part[0] + part[1] for part in parts)
