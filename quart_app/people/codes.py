"""Codes that are read off one screen and typed on another: the first one, and invitations."""

import secrets

# Crockford's base 32: nothing that is taken for something else.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# Also what looks the same on a Russian keyboard.
_MISREAD = str.maketrans("OILАВСЕНКМОРТХ", "011ABCEHKM0PTX")  # noqa: RUF001


def made_code() -> str:
    """Sixty random bits, as ``7KQF-M2XP-9TRD``."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(12))
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"


def typed(code: str) -> str:
    """A code as it was made, however it was typed."""
    letters = "".join(one for one in code.upper().translate(_MISREAD) if one in _LETTERS)
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"
