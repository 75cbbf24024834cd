"""The messages of the assertions of Pester 3.4, the one that comes with Windows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.types import PSType
from emulator.powershell.runtime.conversion import to_text

if TYPE_CHECKING:
    from emulator.powershell.modules.pester.operators import Asked

#: operator -> what is said when it does not hold, and when it holds although it should not. ``{value}`` is
#: the actual value, ``{expected}`` the other one.
_TEXTS: dict[str, tuple[str, str]] = {
    "be": (
        "Expected: {{{expected}}}\nBut was:  {{{value}}}",
        "Expected: value was {{{value}}}, but should not have been the same",
    ),
    "beexactly": (
        "Expected exactly: {{{expected}}}\nBut was: {{{value}}}",
        "Expected: value was {{{value}}}, but should not have been exactly the same",
    ),
    "begreaterthan": (
        "Expected {{{value}}} to be greater than {{{expected}}}",
        "Expected {{{value}}} to be less than or equal to {{{expected}}}",
    ),
    "belessthan": (
        "Expected {{{value}}} to be less than {{{expected}}}",
        "Expected {{{value}}} to be greater than or equal to {{{expected}}}",
    ),
    "belike": (
        "Expected: {{{value}}} to be like the wildcard {{{expected}}}",
        "Expected: {value} to not be like the wildcard {expected}",
    ),
    "belikeexactly": (
        "Expected: {{{value}}} to be exactly like the wildcard {{{expected}}}",
        "Expected: {value} to not be exactly like the wildcard {expected}",
    ),
    "benullorempty": (
        "Expected: value to be empty but it was {{{value}}}",
        "Expected: value to not be empty",
    ),
    "beoftype": (
        "Expected: {value} to be of type [{expected}]",
        "Expected: {{{value}}} to be of any type except [{expected}], but it's a [{expected}]",
    ),
    "contain": (
        "Expected: file {{{value}}} to contain {{{expected}}}",
        "Expected: file {{{value}}} to not contain {expected} but it did",
    ),
    "exist": ("Expected: {{{value}}} to exist", "Expected: {value} to not exist, but it was found"),
    "match": (
        "Expected: {{{value}}} to match the expression {{{expected}}}",
        "Expected: {value} to not match the expression {expected}",
    ),
    "matchexactly": (
        "Expected: {{{value}}} to exactly match the expression {{{expected}}}",
        "Expected: {value} to not match the expression {expected} exactly",
    ),
}
_SPECIAL = (("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t"), ("\0", "\\0"), ("\b", "\\b"))
NAMES = (*_TEXTS, "throw", "containexactly", "containmultiline")
"""The operators that this version has."""


def legacy_message(name: str, asked: Asked) -> str | None:
    """What a failed assertion says; None for one whose words are not known."""
    if name == "throw":
        return _throw(asked)
    value, expected = unwrap(asked.actual), unwrap(asked.expected)
    is_text = isinstance(value, str) and isinstance(expected, str)
    if name in ("be", "beexactly") and is_text and not asked.negated:
        return _different(expected, value, name == "beexactly")
    texts = _TEXTS.get(name)
    if texts is None:
        return None
    shown = expected.name if isinstance(expected, PSType) else to_text(asked.expected)
    return texts[asked.negated].format(value=to_text(asked.actual), expected=shown)


def _visible(text: str) -> str:
    for character, shown in _SPECIAL:
        text = text.replace(character, shown)
    return text


def _different(expected: str, actual: str, exactly: bool) -> str:
    """What two strings differ in."""

    def fold(text: str) -> str:
        return text if exactly else text.lower()

    length = max(len(expected), len(actual))
    place = next(
        (at for at in range(length) if fold(expected[at : at + 1]) != fold(actual[at : at + 1])), length
    )
    sizes = (
        f"Expected string length {len(expected)} but was {len(actual)}."
        if len(expected) != len(actual)
        else f"String lengths are both {len(expected)}."
    )
    special = sum(1 for one in actual[:place] if any(one == character for character, _ in _SPECIAL))
    return "\n".join(
        [
            f"{sizes} Strings differ at index {place}.",
            f"Expected: {{{_visible(expected)}}}",
            f"But was:  {{{_visible(actual)}}}",
            "-" * (place + special + 11) + "^",
        ]
    )


def _throw(asked: Asked) -> str:
    record: Any = asked.thrown
    message = record.exception.message if record is not None else ""
    place = ""
    if record is not None and record.invocation is not None:
        at = record.invocation.position_message
        place = ("from " + at[3:] if at.startswith("At ") else at).replace("\n", "\n    ")
    verb = "not to" if asked.negated else "to"
    if asked.expected:
        raised = "" if record is not None else "not "
        wanted = to_text(asked.expected)
        return (
            f"Expected: the expression {verb} throw an exception with message {{{wanted}}}, an exception "
            f"was {raised}raised, message was {{{message}}}\n    {place}"
        )
    if asked.negated:
        return f"Expected: the expression not to throw an exception. Message was {{{message}}}\n    {place}"
    return "Expected: the expression to throw an exception"
