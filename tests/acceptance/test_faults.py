"""Faults with real parts, short forms of `tools/soak`: no call is lost, none is told twice, nothing is left over."""

import os

import pytest

from tools.soaks import conversations, hangups, hostile, menus, outages
from tools.stack.stand import Stack

pytestmark = pytest.mark.timeout(240)


@pytest.mark.feature("F-PBX-05")
async def test_callers_in_menus_go_on_when_the_engine_is_killed(ready_stack: Stack) -> None:
    (await menus.menus(ready_stack, callers=12, kills=1)).raise_problems()


@pytest.mark.feature("F-PBX-06")
async def test_a_voicemail_being_recorded_is_whole_when_the_engine_is_killed(ready_stack: Stack) -> None:
    (await menus.messages(ready_stack, callers=4)).raise_problems()


@pytest.mark.feature("F-PBX-19")
async def test_conversations_do_not_notice_that_the_engine_is_killed(ready_stack: Stack) -> None:
    (await conversations.conversations(ready_stack, count=10)).raise_problems()


async def test_the_link_to_asterisk_is_cut_for_5_seconds(ready_stack: Stack) -> None:
    (await outages.ari(ready_stack, count=4, seconds=5.0)).raise_problems()


async def test_asterisk_is_killed(ready_stack: Stack) -> None:
    (await outages.asterisk(ready_stack, count=4)).raise_problems()


async def test_the_database_is_away_for_a_while(ready_stack: Stack) -> None:
    (await outages.database(ready_stack, count=4, seconds=12.0)).raise_problems()


async def test_the_database_is_killed(ready_stack: Stack) -> None:
    (await outages.database_restart(ready_stack, count=4)).raise_problems()


async def test_the_api_is_killed(ready_stack: Stack) -> None:
    (await outages.api(ready_stack, count=4)).raise_problems()


@pytest.mark.feature("F-PBX-21")
@pytest.mark.skipif(os.geteuid() != 0, reason="a full disk is a small mount, which only root can make")
async def test_the_disk_for_recordings_is_full(ready_stack: Stack) -> None:
    (await hangups.disk(ready_stack)).raise_problems()


@pytest.mark.feature("F-PBX-24")
async def test_hostile_sip_harms_no_honest_caller(ready_stack: Stack) -> None:
    (await hostile.hostile(ready_stack, seconds=4.0, rate=150.0, honest=6)).raise_problems()
