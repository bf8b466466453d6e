"""Passwords: kept as argon2id hashes, one made at a time, away from the event loop."""

import asyncio
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argon2 import PasswordHasher

# Checked where there is nobody of that name, so that an answer takes as long.
_NOBODYS = (
    "$argon2id$v=19$m=65536,t=3,p=4$EkHkGpHMFqdBtik0CGCFXg"
    "$oxhypoeb7lH753v1KaVwgD3taGmwy1djX1FxPwmFOdM"
)


class Passwords:
    """One at a time: each takes 64 MiB, and the tills come first."""

    def __init__(self) -> None:
        self._turn = asyncio.Semaphore(1)

    async def hashed(self, password: str) -> str:
        """What is kept of a password."""
        async with self._turn:
            return await asyncio.to_thread(_hashed, password)

    async def fits(self, kept: str | None, password: str) -> bool:
        """Whether a password is the one that was kept; it takes as long where none was."""
        async with self._turn:
            is_right = await asyncio.to_thread(_verify, kept or _NOBODYS, password)
        return is_right and kept is not None


@cache
def _hasher() -> "PasswordHasher":
    # Known with the first password: a service of tills starts without it.
    from argon2 import PasswordHasher

    # RFC 9106's second recommendation: 64 MiB and three passes, about a tenth of a second.
    return PasswordHasher(time_cost=3, memory_cost=65_536, parallelism=4)


def _hashed(password: str) -> str:
    return _hasher().hash(password)


def _verify(kept: str, password: str) -> bool:
    from argon2.exceptions import VerificationError

    try:
        return _hasher().verify(kept, password)
    except VerificationError:
        return False
