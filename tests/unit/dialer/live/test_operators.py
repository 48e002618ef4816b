"""Whose an operator is, and what counts as free."""

from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from engine.agents.model import Presence, Wanted
from engine.agents.statuses import Status
from engine.dialer.live.operators import Doing, Wish, doing, shared
from tests.unit.queues.fakes import START

pytestmark = pytest.mark.feature("F-DIAL-08")
READY = Presence(user_id=UUID(int=1), since=START, status=Status.READY, reachable=True)


def told(presence: Presence, *, available: bool = True, kept: bool = False, rests: bool = False) -> Doing:
    return doing(presence, available=available, kept=kept, rests=rests)


def test_what_an_operator_does() -> None:
    assert told(READY) is Doing.READY
    assert told(READY, rests=True) is Doing.TALKING
    assert told(READY, available=False) is Doing.TALKING
    assert told(replace(READY, status=Status.RESERVED), kept=True) is Doing.READY
    assert told(replace(READY, status=Status.RESERVED)) is Doing.TALKING
    assert told(replace(READY, status=Status.WRAP_UP)) is Doing.WRAPPING
    assert told(replace(READY, status=Status.BREAK)) is Doing.GONE
    assert told(replace(READY, reachable=False)) is Doing.GONE
    assert told(replace(READY, status=Status.ON_CALL, wanted=Wanted(status=Status.BREAK))) is Doing.GONE


users = st.lists(st.integers(1, 12).map(lambda n: UUID(int=n)), unique=True, max_size=8)
wish = st.builds(Wish, st.integers(100, 105).map(lambda n: UUID(int=n)), st.integers(1, 3), users.map(frozenset))


@settings(max_examples=100, deadline=None)
@given(st.lists(wish, max_size=5, unique_by=lambda one: one.campaign_id), users)
def test_every_operator_goes_to_the_most_urgent_campaign_that_it_serves(
    wishes: list[Wish], present: list[UUID]
) -> None:
    found = shared(wishes, present)
    for user in present:
        wanting = [one for one in wishes if user in one.users]
        if not wanting:
            assert user not in found
            continue
        chosen = next(one for one in wishes if one.campaign_id == found[user])
        assert user in chosen.users and chosen.priority == max(one.priority for one in wanting)


def test_equal_campaigns_take_turns() -> None:
    everybody = frozenset(UUID(int=n) for n in range(6))
    found = shared([Wish(UUID(int=101), 5, everybody), Wish(UUID(int=102), 5, everybody)], sorted(everybody))
    assert sorted(found.values()).count(UUID(int=101)) == 3
