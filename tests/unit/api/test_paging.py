"""Cursors."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.web import paging
from engine.core.errors import InvalidInput


@given(st.text(max_size=100), st.uuids())
def test_a_cursor_gives_back_its_key(name: str, id_) -> None:
    assert paging.decode(paging.encode(name, id_), tuple[str, type(id_)]) == (name, id_)


@given(st.text(min_size=1, max_size=60))
def test_any_other_text_is_refused_and_breaks_nothing(text: str) -> None:
    with pytest.raises(InvalidInput):
        paging.decode(text, tuple[paging.Time, type(uuid4())])


def test_a_page_has_a_cursor_only_when_more_follows() -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    assert paging.page([1, 2], 2, lambda item: (at, item)).next is None
    page = paging.page([1, 2, 3], 2, lambda item: (item,))
    assert page.items == [1, 2] and paging.decode(page.next, tuple[int]) == (2,)
