"""Passwords with argon2id, off the event loop, a few at a time."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

import argon2

from engine.core.errors import TooMany

T = TypeVar("T")
_hasher = argon2.PasswordHasher()
_WORKERS = 2
_WAITING = 40


def hash_password(password: str) -> str:
    """An argon2id hash in its usual text form (blocks for tens of milliseconds)."""
    return _hasher.hash(password)


def verify_password(password_hash: str, password: str) -> bool:
    """Does the password fit (blocks for tens of milliseconds)?"""
    try:
        return _hasher.verify(password_hash, password)
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        return False


@cache
def _hash_of_nobody() -> str:
    return hash_password("nobody has this password")


class Passwords:
    """Hashes and checks in threads; past a bounded queue it refuses, so that a flood can't take the memory."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_WORKERS, thread_name_prefix="argon2")
        self._waiting = 0
        self._nobody = _hash_of_nobody()

    async def hash(self, password: str) -> str:
        return await self._run(hash_password, password)

    async def verify(self, password_hash: str | None, password: str) -> bool:
        """Takes the same time for an unknown login (``password_hash`` None)."""
        fits = await self._run(verify_password, password_hash or self._nobody, password)
        return fits and password_hash is not None

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _run(self, work: Callable[..., T], *args: str) -> T:
        if self._waiting >= _WAITING:
            raise TooMany("Too many sign-ins at once; try again in a moment", retry_after=2)
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work, *args)
        finally:
            self._waiting -= 1
