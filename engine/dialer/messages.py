"""Messages of a chain: SMS, e-mail, messengers, through ports. Where a channel has no sender, the chain goes on."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Protocol

import msgspec

from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.errors import PayLaterError, Unavailable
from engine.dialer.campaign import Campaign, Channel, Claim
from engine.dialer.store import LeadStore

_VARIABLE = re.compile(r"\{\{\s*([\w.]+)\s*\}\}")
EXPIRES = timedelta(days=2)
"""An e-mail that could not leave for so long is given up by the outbox."""


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be sent to whom; ``claim`` is the attempt, whose id no sender takes twice."""

    claim: Claim
    subject: str
    text: str


class NotSent(PayLaterError):
    """The message did not leave, and will not: ``detail`` says why."""

    code = "message_not_sent"


class MessagePort(Protocol):
    """A sender for a channel."""

    async def send(self, message: Message) -> None:
        """Hand the message over for good.

        Raises:
            NotSent: it will never leave. Another ``PayLaterError``: not now; it is tried again.
        """


class Letters:
    """E-mail, by the outbox of letters that the api sends from."""

    def __init__(self, store: LeadStore, clock: Clock, settings: Settings) -> None:
        self._store = store
        self._clock = clock
        self._settings = settings

    async def send(self, message: Message) -> None:
        """Into the outbox, under the attempt's id: once."""
        if not self._settings.smtp_host:
            raise NotSent("No mail server is configured: set smtp_host")
        if "@" not in message.claim.address:
            raise NotSent("The client's address is no e-mail address")
        now = self._clock.now()
        claim = message.claim
        await self._store.keep_letter(
            claim.attempt_id, claim.address, message.subject, message.text, now, now + EXPIRES
        )


class Messages:
    """Sends by the port of each channel."""

    def __init__(self, ports: Mapping[Channel, MessagePort] | None = None) -> None:
        self._ports: dict[Channel, MessagePort] = dict(ports or {})

    @property
    def channels(self) -> frozenset[Channel]:
        """Channels that something can be sent by."""
        return frozenset(self._ports)

    def declare(self, channel: Channel, port: MessagePort) -> None:
        """From now on ``port`` sends what goes by ``channel``."""
        self._ports[channel] = port

    async def send(self, claim: Claim, campaign: Campaign) -> None:
        """The message of the claim's step.

        Raises:
            NotSent: there is no sender for the channel, nothing to say, or the sender refuses. Unavailable: not now.
        """
        chain = campaign.settings.chain
        text = filled(chain[claim.step].text, claim, campaign) if claim.step < len(chain) else ""
        port = self._ports.get(claim.channel)
        if port is None:
            raise NotSent(f"Nothing is connected that sends by {claim.channel}")
        if not text:
            raise NotSent("The step of the chain has no text")
        try:
            await port.send(Message(claim=claim, subject=campaign.settings.company or campaign.name, text=text))
        except PayLaterError:
            raise
        except Exception as exc:
            raise Unavailable(f"The sender of {claim.channel} failed: {type(exc).__name__}") from exc


def filled(text: str, claim: Claim, campaign: Campaign) -> str:
    """``text`` with {{ variables }} of the client in place; unknown ones are empty."""
    known = {**claim.data, "name": claim.name, "address": claim.address, "company": campaign.settings.company}
    known |= {"campaign": campaign.name, "external_id": claim.external_id or ""}
    return _VARIABLE.sub(lambda match: known.get(match[1], ""), text).strip()
