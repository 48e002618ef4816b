"""The seal of stored secrets, under the name that the api's parts know it by."""

from engine.core.seal import Seal

__all__ = ["Seal"]
