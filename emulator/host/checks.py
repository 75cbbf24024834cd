"""Small checks of values that clients send; each raises InvalidParameter with the name and what is
allowed."""

from enum import IntEnum
from typing import Any, TypeVar

from emulator.host.errors import InvalidParameter

E = TypeVar("E", bound=IntEnum)


def _told(name: str) -> str:
    """A setting's name in a sentence that clients read."""
    return name.replace("_", " ")


def check_number(name: str, value: Any, low: int, high: int) -> int:
    """A whole number from ``low`` to ``high``; booleans are none."""
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise InvalidParameter(
            f"The value '{value!s:.64}' of {_told(name)} is not valid: allowed are {low} to {high}."
        )
    return int(value)


def check_flag(name: str, value: Any) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise InvalidParameter(
            f"The value '{value!s:.64}' of {_told(name)} is not valid: allowed are true and false."
        )
    return value


def check_text(name: str, value: Any, longest: int, *, shortest: int = 0) -> str:
    """Text of a length from ``shortest`` to ``longest`` without NUL."""
    if not isinstance(value, str) or not shortest <= len(value) <= longest or "\0" in value:
        raise InvalidParameter(
            f"The value of {_told(name)} is not valid: {shortest} to {longest} characters are allowed."
        )
    return value


def check_choice(name: str, value: Any, choices: type[E]) -> E:
    """A member of an enumeration, or its number."""
    try:
        if isinstance(value, bool):
            raise ValueError
        return choices(value)
    except ValueError:
        allowed = ", ".join(f"{choice.value} ({choice.name})" for choice in choices)
        raise InvalidParameter(
            f"The value '{value!s:.64}' of {_told(name)} is not valid: allowed are {allowed}."
        ) from None
