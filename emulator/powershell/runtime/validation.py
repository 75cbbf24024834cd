"""Validation attributes of parameters and variables, with the texts of 5.1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.collections import DICTIONARY_TYPES, LIST_TYPES
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.runtime.conversion import items_of, to_bool, to_text
from emulator.powershell.runtime.metadata import Validator

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine
    from emulator.powershell.runtime.script_block import ScriptBlock


def each(check: Validator) -> Validator:
    """Check every item of a list."""

    def run(engine: Engine, value: Any) -> str | None:
        if type(value) in LIST_TYPES:
            for item in value:
                problem = check(engine, item)
                if problem is not None:
                    return problem
            return None
        return check(engine, value)

    return run


def validate_set(values: list[str], ignore_case: bool = True) -> Validator:
    """ValidateSet."""
    allowed = {one.lower() if ignore_case else one for one in values}
    shown = ",".join(values)

    def check(_engine: Engine, value: Any) -> str | None:
        text = to_text(value)
        if (text.lower() if ignore_case else text) in allowed:
            return None
        return (
            f'The argument "{text}" does not belong to the set "{shown}" specified by the ValidateSet '
            f"attribute. "
            "Supply an argument that is in the set and then try the command again."
        )

    return each(check)


def validate_range(low: Any, high: Any) -> Validator:
    """ValidateRange."""
    from emulator.powershell.runtime.comparison import compare

    def check(_engine: Engine, value: Any) -> str | None:
        if compare(value, low) < 0:
            return below_range(to_text(value), to_text(low))
        if compare(value, high) > 0:
            return above_range(to_text(value), to_text(high))
        return None

    return each(check)


def below_range(value: object, least: object) -> str:
    """What ValidateRange says of a value that is too small."""
    return (
        f"The {value} argument is less than the minimum allowed range of {least}. Supply an argument that is "
        f"greater than or equal to {least} and then try the command again."
    )


def above_range(value: object, most: object) -> str:
    """What ValidateRange says of a value that is too large."""
    return (
        f"The {value} argument is greater than the maximum allowed range of {most}. Supply an argument that "
        f"is less than or equal to {most} and then try the command again."
    )


def validate_not_null(_engine: Engine, value: Any) -> str | None:
    """ValidateNotNull."""
    if value is None:
        return (
            "The argument is null. Provide a valid value for the argument, and then try "
            "running the command again."
        )
    if type(value) in LIST_TYPES and any(item is None for item in value):
        return (
            "The argument collection contains a null value. Provide a collection that does not contain any "
            "null values and then try the command again."
        )
    return None


def validate_not_null_or_empty(_engine: Engine, value: Any) -> str | None:
    """ValidateNotNullOrEmpty."""
    value = unwrap(value)
    if value is None or (isinstance(value, str) and value == ""):
        return (
            "The argument is null or empty. Provide an argument that is not null or empty, and then try the "
            "command again."
        )
    if type(value) in LIST_TYPES or type(value) in DICTIONARY_TYPES:
        if len(value) == 0:
            return (
                "The argument is null, empty, or an element of the argument collection contains a "
                "null value. Supply "
                "a collection that does not contain any null values and then try the command again."
            )
        if type(value) in LIST_TYPES and any(item is None or item == "" for item in value):
            return (
                "The argument is null, empty, or an element of the argument collection contains a "
                "null value. Supply "
                "a collection that does not contain any null values and then try the command again."
            )
    return None


def validate_pattern(pattern: str, flags: int = 1) -> Validator:
    """ValidatePattern."""
    from emulator.powershell.dotnet.regex import regex

    def check(_engine: Engine, value: Any) -> str | None:
        text = to_text(value)
        if regex(pattern, flags).search(text) is not None:
            return None
        return (
            f'The argument "{text}" does not match the "{pattern}" pattern. Supply an argument that matches '
            f'"{pattern}" and try the command again.'
        )

    return each(check)


def validate_script(script: ScriptBlock) -> Validator:
    """ValidateScript."""

    def check(engine: Engine, value: Any) -> str | None:
        result = script.evaluate_with(engine, value)
        if to_bool(result):
            return None
        return (
            f'The "{script.text}" validation script for the argument with value '
            f'"{to_text(value)}" did not return a '
            "result of True. Determine why the validation script failed, and then try the command again."
        )

    return each(check)


def validate_length(low: int, high: int) -> Validator:
    """ValidateLength."""

    def check(_engine: Engine, value: Any) -> str | None:
        size = len(to_text(value))
        if size < low:
            return (
                f"The character length ({size}) of the argument is too short. Specify an argument "
                "with a length that "
                f'is greater than or equal to "{low}", and then try the command again.'
            )
        if size > high:
            return (
                f"The character length of the {size} argument is too long. Shorten the character "
                "length of the "
                f'argument so it is fewer than or equal to "{high}" characters, and then try the '
                "command again."
            )
        return None

    return each(check)


def validate_count(low: int, high: int) -> Validator:
    """ValidateCount."""

    def check(_engine: Engine, value: Any) -> str | None:
        size = len(items_of(value))
        if size < low:
            return (
                f"The parameter requires at least {low} value(s) and no more than {high} value(s) "
                f"- {size} value(s) "
                "were provided."
            )
        if size > high:
            return (
                f"The number of supplied arguments ({size}) exceeds the maximum number of allowed "
                f"arguments ({high}). "
                f"Specify fewer than {high} arguments, and then try the command again."
            )
        return None

    return check
