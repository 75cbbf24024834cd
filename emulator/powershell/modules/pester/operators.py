"""The operators of Should: what each one holds true, and its message when that is not so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from emulator.powershell.dotnet.collections import DICTIONARY_TYPES, LIST_TYPES
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.types import PSType, type_of
from emulator.powershell.modules.pester.texts import because, different_texts, joined, nicely, whole_number
from emulator.powershell.parser import ast
from emulator.powershell.runtime import comparison, text_operators
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import to_bool, to_text
from emulator.powershell.runtime.members import type_names
from emulator.powershell.runtime.metadata import ALL_SETS, Parameter
from emulator.powershell.runtime.services import FileStore


@dataclass(slots=True)
class Asked:
    """One use of Should. ``positional`` are the values after the operator; ``version`` is Pester's."""

    call: CmdletCall
    actual: Any
    negated: bool
    positional: list[Any]
    version: int
    passed_on: Any = None
    """What -PassThru writes."""
    thrown: Any = None
    """The record of what a script block threw."""

    @property
    def expected(self) -> Any:
        """The first value."""
        return self.positional[0] if self.positional else None

    @property
    def reason(self) -> str | None:
        """-Because."""
        value = self.call.get("Because")
        return None if value is None else to_text(value)

    def named(self, name: str, place: int) -> Any:
        """A value by its parameter's name or by its place."""
        if self.call.has(name):
            return self.call.get(name)
        return self.positional[place] if len(self.positional) > place else None


Operator = Callable[[Asked], "str | None"]
"""Gives the message of a failed assertion, or None."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An operator; ``whole`` when it takes the whole pipeline input as one collection."""

    check: Operator
    whole: bool = False


def is_list(value: Any) -> bool:
    """Whether a value is a collection to Pester: dictionaries and text are not."""
    base = unwrap(value)
    return type(base) in LIST_TYPES and type(base) not in DICTIONARY_TYPES


def _items(value: Any) -> list[Any]:
    base = unwrap(value)
    if base is None:
        return []
    return list(base) if is_list(base) else [value]


def same(actual: Any, expected: Any, ignore_case: bool, depth: int = 0) -> bool:
    """Equality as -eq has it with the expected value on its left, item by item for collections."""
    left, right = _items(actual), _items(expected)
    if not left or not right:
        return not left and not right
    if len(left) != len(right):
        return False
    if depth > 50:
        return True
    for one, other in zip(left, right, strict=True):
        if is_list(one) or is_list(other):
            if not same(one, other, ignore_case, depth + 1):
                return False
        elif not comparison.equal(other, one, ignore_case):
            return False
    return True


def _single(value: Any) -> Any:
    items = _items(value)
    return items[0] if len(items) == 1 else value


def _be(ignore_case: bool) -> Operator:
    exactly = "" if ignore_case else "exactly "

    def check(asked: Asked) -> str | None:
        actual, expected, reason = asked.actual, asked.expected, because(asked.reason)
        if same(actual, expected, ignore_case) is not asked.negated:
            return None
        if asked.negated:
            return (
                f"Expected {nicely(_single(expected))} to be different from the actual value,{reason} "
                f"but got {exactly}the same value."
            )
        if ignore_case and is_list(expected) and is_list(actual) and len(_items(actual)) > 1:
            counts = len(_items(expected)), len(_items(actual))
            if counts[0] != counts[1]:
                return (
                    f"Expected a collection {nicely(expected)} with length {counts[0]},{reason} but got a "
                    f"collection {nicely(actual)} with length {counts[1]}."
                )
        actual, expected = unwrap(_single(actual)), unwrap(_single(expected))
        if isinstance(actual, str) and isinstance(expected, str):
            return different_texts(expected, actual, asked.reason, ignore_case)
        return f"Expected {exactly}{nicely(expected)},{reason} but got {nicely(actual)}."

    return check


def _ordered(test: Callable[..., bool], words: str) -> Operator:
    def check(asked: Asked) -> str | None:
        if test(asked.actual, asked.expected, True) is not asked.negated:
            return None
        said = _OPPOSITE[words] if asked.negated else words
        return (
            f"Expected the actual value to be {said} {nicely(asked.expected)},{because(asked.reason)} "
            f"but got {nicely(asked.actual)}."
        )

    return check


_OPPOSITE = {
    "greater than": "less than or equal to",
    "less than": "greater than or equal to",
    "greater than or equal to": "less than",
    "less than or equal to": "greater than",
}


def _like(ignore_case: bool) -> Operator:
    lead = "like wildcard" if ignore_case else "case sensitive like wildcard"

    def check(asked: Asked) -> str | None:
        actual, expected = to_text(asked.actual), to_text(asked.expected)
        if text_operators.like(actual, expected, ignore_case) is not asked.negated:
            return None
        ends = ("to not match", "it did match") if asked.negated else ("to match", "it did not match")
        return (
            f"Expected {lead} {nicely(asked.expected)} {ends[0]} {nicely(asked.actual)},"
            f"{because(asked.reason)} but {ends[1]}."
        )

    return check


def _match(ignore_case: bool) -> Operator:
    word = "" if ignore_case else "case sensitively "

    def check(asked: Asked) -> str | None:
        expected = asked.named("RegularExpression", 0)
        pattern = text_operators.pattern_of(expected, ignore_case)
        found = pattern.search(to_text(asked.actual)) is not None
        if found is not asked.negated:
            return None
        ends = (
            (f"to not {word}match", "it did match")
            if asked.negated
            else (f"to {word}match", "it did not match")
        )
        return (
            f"Expected regular expression {nicely(expected)} {ends[0]} {nicely(asked.actual)},"
            f"{because(asked.reason)} but {ends[1]}."
        )

    return check


def _be_true(wanted: bool) -> Operator:
    def check(asked: Asked) -> str | None:
        holds = to_bool(asked.actual) is wanted
        if holds is not asked.negated:
            return None
        shown = nicely(wanted is not asked.negated)
        return f"Expected {shown},{because(asked.reason)} but got {nicely(asked.actual)}."

    return check


def _be_null_or_empty(asked: Asked) -> str | None:
    items = _items(asked.actual)
    empty = not items
    if len(items) == 1:
        only = unwrap(items[0])
        empty = only is None or only == "" or (type(only) in DICTIONARY_TYPES and not len(only))
    if empty is not asked.negated:
        return None
    if asked.negated:
        return f"Expected a value,{because(asked.reason)} but got $null or empty."
    return f"Expected $null or empty,{because(asked.reason)} but got {nicely(_single(asked.actual))}."


def _bare(name: Any) -> str:
    """A type's name without the brackets that people write around it."""
    text = to_text(name)
    return text[1:-1] if text.startswith("[") else text


def _be_of_type(asked: Asked) -> str | None:
    expected = unwrap(asked.named("ExpectedType", 0))
    actual, reason = asked.actual, because(asked.reason)
    kind = expected
    if not isinstance(kind, PSType):
        kind = asked.call.engine.types.find(_bare(expected))
    shown = nicely(type_of(unwrap(actual))) if unwrap(actual) is not None else "$null"
    word = "not have" if asked.negated else "have"
    if kind is None:
        wanted = _bare(expected)
        names = type_names(actual) if actual is not None else []
        holds = any(one.lower() == wanted.lower() for one in names)
        if holds is not asked.negated:
            return None
        return (
            f"Expected the value to {word} type or PSTypeName [{wanted}],{reason} but got {nicely(actual)} "
            f"with type {shown} and PSTypeNames {' '.join(names)}."
        )
    if (actual is not None and comparison.is_type(actual, kind)) is not asked.negated:
        return None
    return (
        f"Expected the value to {word} type {nicely(kind)} or any of its subtypes,{reason} but got "
        f"{nicely(actual)} with type {shown}."
    )


def _holds(*, is_actual: bool) -> Operator:
    """Contain, where the actual value is the collection, and BeIn, where the expected one is."""

    def check(asked: Asked) -> str | None:
        collection, wanted = asked.actual, asked.expected
        if not is_actual:
            collection, wanted = wanted, collection
        if any(comparison.equal(one, wanted, True) for one in _items(collection)) is not asked.negated:
            return None
        no, end = ("not ", "it was found") if asked.negated else ("", "it was not found")
        what = (
            f"{nicely(wanted)} to {no}be found in collection {nicely(collection)}"
            if is_actual
            else f"collection {nicely(collection)} to {no}contain {nicely(wanted)}"
        )
        return f"Expected {what},{because(asked.reason)} but {end}."

    return check


def _have_count(asked: Asked) -> str | None:
    expected, items, reason = whole_number(asked.expected), _items(asked.actual), because(asked.reason)
    count = len(items)
    if (count == expected) is not asked.negated:
        return None
    if asked.negated:
        what = (
            "a non-empty collection"
            if expected == 0
            else f"a collection with size different from {nicely(expected)}"
        )
        but = "got an empty collection" if expected == 0 else "got collection with that size"
        return f"Expected {what},{reason} but {but} {nicely(asked.actual)}."
    what = "an empty collection" if expected == 0 else f"a collection with size {nicely(expected)}"
    if count == 0:
        return f"Expected {what},{reason} but got an empty collection."
    return f"Expected {what},{reason} but got collection with size {nicely(count)} {nicely(asked.actual)}."


def _exist(asked: Asked) -> str | None:
    from emulator.powershell.modules.utility.invoking import values_of_command

    found = values_of_command(asked.call, "Test-Path", [("Path", to_text(asked.actual))])
    holds = any(to_bool(one) for one in found)
    if holds is not asked.negated:
        return None
    ends = ("to not exist", "it did exist") if asked.negated else ("to exist", "it did not exist")
    return f"Expected path {nicely(asked.actual)} {ends[0]},{because(asked.reason)} but {ends[1]}."


def _file_content(ignore_case: bool, multiline: bool) -> Operator:
    def check(asked: Asked) -> str | None:
        store = asked.call.service(FileStore)
        text = store.read_text(store.resolve(to_text(asked.actual)))
        expected = asked.named("ExpectedContent", 0)
        pattern = text_operators.pattern_of(expected, ignore_case)
        parts = [text] if multiline else text.splitlines()
        found = any(pattern.search(one) is not None for one in parts)
        if found is not asked.negated:
            return None
        word = "" if ignore_case else "case sensitively "
        ends = (
            (f"to not be {word}found", "it was found")
            if asked.negated
            else (f"to be {word}found", "it was not found")
        )
        return (
            f"Expected {nicely(expected)} {ends[0]} in file '{to_text(asked.actual)}',"
            f"{because(asked.reason)} but {ends[1]}."
        )

    return check


def _have_parameter(asked: Asked) -> str | None:
    call, command = asked.call, unwrap(asked.actual)
    name = to_text(asked.named("ParameterName", 0))
    metadata = command.metadata(call.engine) if hasattr(command, "metadata") else None
    parameter = metadata.parameters.get(name.lower()) if metadata is not None else None
    filters, buts = [f" parameter {name}"], []
    if parameter is None:
        buts.append("the parameter is missing")
    else:
        wanted = call.get("Type")
        if wanted is not None:
            kind = parameter.kind(call.engine)
            filters.append(f"of type {nicely(wanted)}")
            expected = wanted if isinstance(wanted, PSType) else call.engine.types.find(_bare(wanted))
            if kind is not expected:
                buts.append(f"it was of type {nicely(kind)}")
        if call.get("Mandatory"):
            filters.append("which is mandatory")
            if not any(flags.mandatory for flags in parameter.sets.values()):
                buts.append("it wasn't mandatory")
        if call.has("InParameterSet"):
            chosen = to_text(call.get("InParameterSet"))
            filters.append(f"in parameter set {chosen}")
            if not {chosen.lower(), ALL_SETS.lower()} & {one.lower() for one in parameter.sets}:
                buts.append(f"it wasn't in parameter set {chosen}")
        if call.has("DefaultValue"):
            wanted_text, found_text = to_text(call.get("DefaultValue")), _default_text(command, name)
            filters.append(f"with default value {nicely(wanted_text)}")
            if wanted_text.lower() != found_text.lower():
                buts.append(f"the default value was {nicely(found_text)}")
        if call.get("HasArgumentCompleter"):
            filters.append("with ArgumentCompletion")
            if not _has_completer(call, command, parameter):
                buts.append("has no ArgumentCompletion")
        if call.has("Alias"):
            for alias in call.get("Alias") or ():
                filters.append(f"with alias '{alias}'")
                if to_text(alias).lower() not in {one.lower() for one in parameter.aliases}:
                    buts.append(f"it didn't have alias '{alias}'")
    if (not buts) is not asked.negated:
        return None
    if asked.negated:
        said = f"to not have a{joined(filters)},{because(asked.reason)} but it was found"
        return f"Expected command {command.name} {said}."
    said = f"to have a{joined(filters)},{because(asked.reason)} but {joined(buts)}"
    return f"Expected command {command.name} {said}."


def _default_text(command: Any, name: str) -> str:
    """The default of a function's parameter as it is written, without the quotation marks of a text."""
    script = getattr(command, "script", None)
    found = (
        next((one for one in script.compiled.parameters if one.key == name.lower()), None) if script else None
    )
    node = found.node.default_value if found is not None else None
    if node is None:
        return ""
    text: str = node.value if isinstance(node, ast.StringConstantExpressionAst) else node.extent.text
    return text


def _has_completer(call: CmdletCall, command: Any, parameter: Parameter) -> bool:
    registered = call.engine.completers
    keys = (f"{command.name}:{parameter.name}".lower(), parameter.name.lower())
    return parameter.completer is not None or any(one in registered for one in keys)


def table() -> dict[str, Entry]:
    """The operators by lower-case name, aliases too."""
    from emulator.powershell.modules.pester.throwing import throw

    entries = {
        "be": Entry(_be(True), whole=True),
        "beexactly": Entry(_be(False), whole=True),
        "begreaterthan": Entry(_ordered(comparison.greater, "greater than")),
        "belessthan": Entry(_ordered(comparison.less, "less than")),
        "begreaterorequal": Entry(_ordered(comparison.greater_equal, "greater than or equal to")),
        "belessorequal": Entry(_ordered(comparison.less_equal, "less than or equal to")),
        "bein": Entry(_holds(is_actual=False)),
        "belike": Entry(_like(True)),
        "belikeexactly": Entry(_like(False)),
        "benullorempty": Entry(_be_null_or_empty, whole=True),
        "beoftype": Entry(_be_of_type),
        "betrue": Entry(_be_true(True)),
        "befalse": Entry(_be_true(False)),
        "contain": Entry(_holds(is_actual=True), whole=True),
        "exist": Entry(_exist),
        "filecontentmatch": Entry(_file_content(True, False)),
        "filecontentmatchexactly": Entry(_file_content(False, False)),
        "filecontentmatchmultiline": Entry(_file_content(True, True)),
        "filecontentmatchmultilineexactly": Entry(_file_content(False, True)),
        "havecount": Entry(_have_count, whole=True),
        "haveparameter": Entry(_have_parameter),
        "match": Entry(_match(True)),
        "matchexactly": Entry(_match(False)),
        "throw": Entry(throw),
    }
    for name, alias in ALIASES:
        entries[alias.lower()] = entries[name.lower()]
    return entries


NAMES = (
    "Be",
    "BeExactly",
    "BeGreaterThan",
    "BeLessThan",
    "BeGreaterOrEqual",
    "BeLessOrEqual",
    "BeIn",
    "BeLike",
    "BeLikeExactly",
    "BeNullOrEmpty",
    "BeOfType",
    "BeTrue",
    "BeFalse",
    "Contain",
    "Exist",
    "FileContentMatch",
    "FileContentMatchExactly",
    "FileContentMatchMultiline",
    "FileContentMatchMultilineExactly",
    "HaveCount",
    "HaveParameter",
    "Match",
    "MatchExactly",
    "Throw",
    "Invoke",
    "InvokeVerifiable",
)
ALIASES = (
    ("Be", "EQ"),
    ("BeExactly", "CEQ"),
    ("BeGreaterThan", "GT"),
    ("BeLessThan", "LT"),
    ("BeGreaterOrEqual", "GE"),
    ("BeLessOrEqual", "LE"),
    ("BeOfType", "HaveType"),
    ("MatchExactly", "CMATCH"),
)
