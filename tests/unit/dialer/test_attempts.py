"""What becomes of a lead: by example, and as a machine that any run of outcomes brings to an end within its caps."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import settings as trials
from hypothesis import strategies as st

from engine.dialer.attempts import MOVES, Contact, LeadState, Standing, after, counts, rechosen
from engine.dialer.campaign import CampaignSettings, Caps, Retry, Step
from engine.dialer.outcomes import Meaning, Outcome
from engine.dialer.windows import local_day, start_of_day

pytestmark = pytest.mark.feature("F-DIAL-13", "F-DIAL-14")
O, M = Outcome, Meaning  # noqa: E741
NOW = datetime(2026, 6, 9, 9, 0, tzinfo=UTC)
ZONE = "Europe/Moscow"
PHONES = (
    Contact(position=1, channel="phone", address="79160000001", role="mobile"),
    Contact(position=2, channel="phone", address="79160000002", role="work"),
)
MAIL = Contact(position=3, channel="email", address="a@b.example")
SMS = Contact(position=4, channel="sms", address="79160000001")
OPERATOR = UUID(int=7)
USUAL = CampaignSettings()


def claimed(**values: Any) -> Standing:
    return Standing(**({"zone": ZONE, "state": LeadState.CLAIMED} | values))


def again(standing: Standing, outcome: Outcome, settings: CampaignSettings = USUAL, **more: Any) -> Standing:
    """The standing after ``outcome``, from a claim."""
    contacts = more.pop("contacts", PHONES)
    taken = msgspec.structs.replace(standing, state=LeadState.CLAIMED)
    return after(taken, outcome, settings, contacts, more.pop("now", NOW), **more)


def test_each_outcome_has_its_own_interval_and_number_of_tries() -> None:
    settings = CampaignSettings(
        retries=(Retry(outcome=O.BUSY, interval_s=600, attempts=2), Retry(outcome=O.NO_ANSWER, interval_s=7200)),
        chain=(Step(attempts=20),),
        caps=Caps(total=20, day=20, interval_s=60),
    )
    one = again(claimed(), O.BUSY, settings, contacts=PHONES[:1])
    assert (one.state, one.next_at, one.attempts) == (LeadState.WAITING, NOW + timedelta(seconds=600), 1)
    two = again(one, O.NO_ANSWER, settings, contacts=PHONES[:1])
    assert two.next_at == NOW + timedelta(hours=2)
    three = again(again(two, O.BUSY, settings, contacts=PHONES[:1]), O.BUSY, settings, contacts=PHONES[:1])
    assert (three.state, three.result, three.attempts) == (LeadState.DONE, "busy", 4)


def test_another_phone_of_the_client_takes_turns_or_takes_over() -> None:
    one = again(claimed(), O.UNAVAILABLE)
    assert (one.contact, one.step) == (2, 0)
    assert again(one, O.UNAVAILABLE).contact == 1
    gone = again(claimed(), O.BAD_NUMBER)
    assert (gone.contact, gone.dropped) == (2, (1,))
    assert again(gone, O.BAD_NUMBER).result == "bad_number"


def test_a_chain_goes_over_phones_and_messages_by_its_conditions() -> None:
    settings = CampaignSettings(
        chain=(
            Step(role="mobile", attempts=1),
            Step(role="work", attempts=1, wait_s=3600),
            Step(channel="sms", text="call us", after=(O.NO_ANSWER,)),
            Step(channel="email", text="write us"),
        ),
    )
    contacts = (*PHONES, MAIL, SMS)
    one = again(claimed(), O.NO_ANSWER, settings, contacts=contacts)
    assert (one.step, one.contact, one.next_at) == (1, 2, NOW + timedelta(hours=1))
    two = again(one, O.NO_ANSWER, settings, contacts=contacts)
    assert (two.step, two.contact, two.attempts) == (2, 4, 2)
    assert two.next_at == NOW, "a message need not wait until another dial is allowed"
    three = again(two, O.SENT, settings, contacts=contacts)
    assert (three.step, three.contact, three.attempts) == (3, 3, 2), "messages are no dials"
    assert again(three, O.NOT_SENT, settings, contacts=contacts).result == "not_sent"
    busy = again(one, O.BUSY, settings, contacts=contacts)
    assert busy.step == 3, "the message by SMS is for those who did not answer"


def test_a_full_day_waits_for_the_clients_next_day() -> None:
    late = datetime(2026, 6, 9, 10, 0, tzinfo=UTC)  # 22:00 in Kamchatka
    settings = CampaignSettings(caps=Caps(total=10, day=1), retries=(Retry(outcome=O.BUSY, interval_s=60),))
    one = again(claimed(zone="Asia/Kamchatka"), O.BUSY, settings, now=late)
    assert one.next_at == datetime(2026, 6, 9, 12, 0, tzinfo=UTC)
    assert again(claimed(), O.BUSY, settings, now=late).next_at == datetime(2026, 6, 9, 21, 0, tzinfo=UTC)


def test_when_all_dials_are_used_up_only_messages_are_left() -> None:
    chain = (Step(attempts=1), Step(role="work"), Step(channel="sms", text="x"))
    settings = CampaignSettings(chain=chain, caps=Caps(total=1))
    assert again(claimed(), O.BUSY, settings, contacts=(*PHONES, SMS)).step == 2
    assert again(claimed(), O.BUSY, settings).result == "busy"


def test_what_did_not_ring_is_no_attempt() -> None:
    missed = again(claimed(), O.OPERATOR_MISSED)
    assert (missed.attempts, missed.state, missed.contact) == (0, LeadState.WAITING, 1)
    assert again(claimed(), O.FAILED).attempts == 0
    assert again(claimed(), O.FAILED, rang=True).attempts == 1
    blocked = again(claimed(), O.BLOCKED)
    assert (blocked.attempts, blocked.contact, blocked.dropped) == (0, 2, (1,))
    skipped = claimed()
    for _ in range(4):
        skipped = again(skipped, O.SKIPPED, contacts=PHONES[:1])
    assert (skipped.state, skipped.result, skipped.attempts) == (LeadState.DONE, "skipped", 0)


def test_who_was_left_is_only_dialled_with_an_operator_at_hand() -> None:
    assert again(claimed(), O.ABANDONED).live_only
    none = CampaignSettings(abandonment=msgspec.structs.replace(USUAL.abandonment, live_hours=0))
    assert not again(claimed(), O.ABANDONED, none).live_only


def test_a_message_that_may_have_left_is_not_sent_again() -> None:
    settings = CampaignSettings(chain=(Step(channel="sms", text="x"),))
    assert again(claimed(contact=4), O.INTERRUPTED, settings, contacts=(SMS,)).state is LeadState.DONE
    assert again(claimed(), O.INTERRUPTED).state is LeadState.WAITING


@pytest.mark.parametrize(
    ("meaning", "result"),
    [(M.SUCCESS, "success"), (M.REFUSAL, "refusal"), (M.DO_NOT_CALL, "do_not_call"), (M.OTHER, "other")],
)
def test_an_operators_word_ends_it(meaning: Meaning, result: str) -> None:
    during = again(claimed(), O.TALKED, disposition=meaning)
    later = after(again(claimed(), O.TALKED), O.TALKED, USUAL, PHONES, NOW, disposition=meaning)
    assert (during.state, during.result) == (later.state, later.result) == (LeadState.DONE, result)
    assert during.attempts == later.attempts == 1, "said later, it is counted once"


def test_a_promised_call_is_kept_for_its_operator() -> None:
    at = NOW + timedelta(days=2)
    kept = again(claimed(attempts=5), O.TALKED, disposition=M.CALLBACK, callback_at=at, user_id=OPERATOR)
    assert (kept.state, kept.next_at, kept.user_id) == (LeadState.WAITING, at, OPERATOR)
    assert again(kept, O.TALKED).user_id is None
    again_in = again(claimed(), O.TALKED, disposition=M.CALLBACK, retry_s=900)
    assert again_in.next_at == NOW + timedelta(seconds=900)


def test_other_words() -> None:
    wrong = again(claimed(), O.TALKED, disposition=M.WRONG_NUMBER)
    assert (wrong.state, wrong.contact, wrong.dropped) == (LeadState.WAITING, 2, (1,))
    assert again(wrong, O.TALKED, disposition=M.WRONG_NUMBER).result == "wrong_number"
    machine = after(again(claimed(), O.TALKED), O.TALKED, USUAL, PHONES, NOW, disposition=M.MACHINE)
    assert (machine.state, machine.next_at) == (LeadState.WAITING, NOW + timedelta(hours=4))
    retry = again(claimed(), O.TALKED, disposition=M.RETRY, retry_s=3600)
    assert retry.next_at == NOW + timedelta(hours=1)
    full = again(claimed(attempts=5), O.TALKED, disposition=M.RETRY)
    assert (full.state, full.result) == (LeadState.DONE, "retry")


def test_a_lead_whose_contacts_were_changed_gets_one_that_is_there() -> None:
    assert rechosen(claimed(contact=1), USUAL, PHONES[1:]).contact == 2
    assert rechosen(claimed(contact=1), USUAL, PHONES).contact == 1
    gone = rechosen(claimed(contact=1), USUAL, ())
    assert (gone.state, gone.result) == (LeadState.DONE, "no_contact")


OUTCOMES = st.sampled_from(list(Outcome))
SETTINGS = st.builds(
    lambda retries, chain, caps: CampaignSettings(retries=tuple(retries), chain=tuple(chain), caps=caps),
    st.lists(
        st.builds(
            lambda outcome, interval, attempts, nxt: Retry(
                outcome=outcome, interval_s=interval, attempts=attempts, next_contact=nxt
            ),
            *(OUTCOMES, st.integers(0, 200_000), st.integers(0, 4), st.booleans()),
        ),
        max_size=6,
    ),
    st.lists(
        st.builds(
            lambda channel, role, attempts, wait, last: Step(
                channel=channel, role=role, attempts=attempts, wait_s=wait, after=tuple(last)
            ),
            *(st.sampled_from(["phone", "phone", "sms", "email"]), st.sampled_from(["", "mobile", "work"])),
            *(st.integers(1, 4), st.integers(0, 90_000), st.lists(OUTCOMES, max_size=3)),
        ),
        max_size=4,
    ),
    st.builds(
        lambda total, day, interval: Caps(total=total, day=day, interval_s=interval),
        *(st.integers(1, 6), st.integers(1, 3), st.integers(0, 100_000)),
    ),
)
CONTACTS = st.lists(st.sampled_from([*PHONES, MAIL, SMS]), unique=True).map(tuple)
ZONES = st.sampled_from(["Europe/Moscow", "Asia/Kamchatka", "America/New_York", "America/Havana"])


@given(SETTINGS, CONTACTS, ZONES, st.data())
@trials(max_examples=120, deadline=None)
def test_any_run_of_outcomes_ends_and_keeps_the_caps(
    settings: CampaignSettings, contacts: tuple[Contact, ...], zone: str, data: st.DataObject
) -> None:
    now = datetime(2026, 10, 24, 12, 0, tzinfo=UTC)
    standing = rechosen(Standing(zone=zone), settings, contacts)
    caps, days, last, dials, rounds = settings.caps, dict[Any, int](), None, 0, 0
    while standing.state is LeadState.WAITING:
        rounds += 1
        assert rounds < 400, "it never ends"
        now = max(now, standing.next_at or now) + timedelta(seconds=data.draw(st.integers(0, 50_000)))
        usable = {one.position: one for one in contacts}
        assert standing.contact in usable and standing.contact not in standing.dropped
        phone = settings.chain[standing.step].channel == "phone"
        assert usable[standing.contact].channel == settings.chain[standing.step].channel
        possible = [O.SENT, O.NOT_SENT, O.BLOCKED, O.INTERRUPTED] if not phone else list(Outcome)
        # An operator who never picks up is no outcome of the lead: it waits for one.
        outcome = data.draw(st.sampled_from([one for one in possible if one is not O.OPERATOR_MISSED]))
        taken = msgspec.structs.replace(standing, state=LeadState.CLAIMED)
        ended = now + timedelta(seconds=data.draw(st.integers(0, 600)))
        if phone and counts(outcome):
            assert last is None or now - last >= timedelta(seconds=caps.interval_s)
            dials, last = dials + 1, ended
            day = local_day(zone, now)
            days[day] = days.get(day, 0) + 1
        standing = after(taken, outcome, settings, contacts, ended, dialed_at=now)
        assert standing.state in MOVES[LeadState.CLAIMED]
        assert (standing.result is not None) == (standing.state is LeadState.DONE)
        now = ended
    assert dials == standing.attempts <= caps.total
    assert all(count <= caps.day for count in days.values())
    assert after(standing, O.BUSY, settings, contacts, now) == standing, "one that is over is not counted again"


def test_a_day_that_begins_without_midnight() -> None:
    # Havana's clocks went from 00:00 to 01:00 on 8 March 2026.
    start = start_of_day("America/Havana", datetime(2026, 3, 8).date())
    assert start == datetime(2026, 3, 8, 5, 0, tzinfo=UTC)
