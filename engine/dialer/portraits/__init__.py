"""Portraits of clients: what the customer's own system tells of them, asked for in time or not at all."""

from engine.dialer.portraits.model import Portrait, Who
from engine.dialer.portraits.service import Portraits

__all__ = ["Portrait", "Portraits", "Who"]
