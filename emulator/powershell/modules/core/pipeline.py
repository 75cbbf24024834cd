"""Where-Object and ForEach-Object."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.collections import LIST_TYPES
from emulator.powershell.dotnet.psobject import NoteProperty, PSObject
from emulator.powershell.dotnet.types import PSType
from emulator.powershell.runtime import comparison, text_operators
from emulator.powershell.runtime.cmdlet_call import UNBOUND, CmdletCall
from emulator.powershell.runtime.conversion import items_of, to_bool, to_text
from emulator.powershell.runtime.errors import ErrorRecord, PSError, ReturnSignal
from emulator.powershell.runtime.invoke import call_method
from emulator.powershell.runtime.language_mode import RESTRICTED, is_core_value, method_refused
from emulator.powershell.runtime.members import MISSING, MethodReference, get_member, get_property
from emulator.powershell.runtime.module import Cmdlet, cmdlet
from emulator.powershell.runtime.scope import NOTHING
from emulator.powershell.runtime.script_block import ScriptBlock

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

Test = Callable[[Any, Any], bool]

_SINGLE = frozenset({str, int, bool, float})
"""Kinds of values that are no collection, whose elements would be tested one by one."""


def _plain(test: Callable[[Any, Any, bool], bool], ignore_case: bool) -> Test:
    def run(left: Any, right: Any) -> bool:
        if type(left) in _SINGLE:
            return test(left, right, ignore_case)
        return to_bool(comparison.filtered(left, right, test, ignore_case))

    return run


def _match(ignore_case: bool, wanted: bool) -> Test:
    def run(left: Any, right: Any) -> bool:
        pattern = text_operators.pattern_of(right, ignore_case)
        values = left if type(left) in LIST_TYPES else [left]
        return any((pattern.search(to_text(one)) is not None) is wanted for one in values)

    return run


def _membership(ignore_case: bool, wanted: bool, reverse: bool) -> Test:
    def run(left: Any, right: Any) -> bool:
        if reverse:
            left, right = right, left
        return comparison.contains(left, right, ignore_case) is wanted

    return run


def _tests() -> dict[str, Test]:
    table: dict[str, Test] = {}
    plain = {
        "equal": comparison.equal,
        "notequal": comparison.not_equal,
        "greaterthan": comparison.greater,
        "greaterorequal": comparison.greater_equal,
        "lessthan": comparison.less,
        "lessorequal": comparison.less_equal,
        "like": text_operators.like,
        "notlike": text_operators.not_like,
    }
    for prefix, ignore_case in (("", True), ("casesensitive", False)):
        for name, test in plain.items():
            table[f"{prefix}{name}set"] = _plain(test, ignore_case)
        table[f"{prefix}matchset"] = _match(ignore_case, True)
        table[f"{prefix}notmatchset"] = _match(ignore_case, False)
        table[f"{prefix}containsset"] = _membership(ignore_case, True, False)
        table[f"{prefix}notcontainsset"] = _membership(ignore_case, False, False)
        table[f"{prefix}inset"] = _membership(ignore_case, True, True)
        table[f"{prefix}notinset"] = _membership(ignore_case, False, True)
    return table


_TESTS = _tests()
_OPERATORS = (
    *("EQ", "CEQ", "NE", "CNE", "GT", "CGT", "GE", "CGE", "LT", "CLT", "LE", "CLE"),
    *("Like", "CLike", "NotLike", "CNotLike", "Match", "CMatch", "NotMatch", "CNotMatch"),
    *("Contains", "CContains", "NotContains", "CNotContains", "In", "CIn", "NotIn", "CNotIn"),
    *("Is", "IsNot"),
)
"""Its switches; each has a parameter set of its own, by which the test is chosen."""
_SWITCHES = frozenset(one.lower() for one in _OPERATORS)


def _reader(name: str, engine: Engine) -> Callable[[Any], Any]:
    """Reads a member as a script does."""
    key = name.lower()

    def read(value: Any) -> Any:
        if type(value) is PSObject:
            note = value.members.get(key)
            if type(note) is NoteProperty:
                return note.value
        return get_member(value, name, engine)

    return read


def _comparison(key: str, read: Callable[[Any], Any], operator: str, right: Any) -> Callable[[Any], bool]:
    """The test of a property whose lower-case name is `key` against a value.

    What it calls, it calls once for each object: it does by itself what `read` does for the notes of a custom
    object, and what `comparison.equal` does for two texts.
    """
    test = _TESTS[operator]
    text = right.lower() if operator == "equalset" and type(right) is str else None

    def compare(value: Any) -> bool:
        note = value.members.get(key) if type(value) is PSObject else None
        left = note.value if type(note) is NoteProperty else read(value)
        if text is not None and type(left) is str:
            return bool(left == right or left.lower() == text)
        return test(left, right)

    return compare


@cmdlet("Where-Object")
class WhereObject(Cmdlet):
    """Where-Object { } and Where-Object Property -op Value."""

    accepts = ("InputObject", "FilterScript", "Property", "Value", *_OPERATORS)

    def begin(self) -> None:
        """Choose the test."""
        call = self.call
        self.write = call.write
        self.block: ScriptBlock | None = call.get("FilterScript")
        if self.block is not None:
            self.test = self.block.tester(call.frame)
            return
        engine = call.engine
        name = to_text(call.get("Property"))
        read = _reader(name, engine)
        if _SWITCHES.isdisjoint(call.parameters) and not call.has("Value"):
            self.test = lambda value: to_bool(read(value))
            return
        right = call.get("Value")
        operator = call.parameter_set.lower()
        if operator in ("isset", "isnotset"):
            self.test = self._type_test(read, right, operator == "isset")
            return
        self.test = _comparison(name.lower(), read, operator, right)

    def _type_test(self, read: Callable[[Any], Any], right: Any, wanted: bool) -> Callable[[Any], bool]:
        engine = self.call.engine
        kind = right if isinstance(right, PSType) else engine.types.find(to_text(right).strip("[]"))
        return lambda value: kind is not None and comparison.is_type(read(value), kind) is wanted

    def process(self) -> None:
        """Pass the object on when the test holds."""
        value = self.call.input_object
        if value is UNBOUND:
            value = self.call.get("InputObject")
            for one in items_of(value) if value is not None else []:
                if self.test(one):
                    self.write(one)
            return
        if self.test(value):
            self.write(value)


def _no_method_in_restricted_language(call: CmdletCall) -> ErrorRecord:
    return call.record(
        "System.Management.Automation.PSInvalidOperationException",
        "Cannot invoke a method in the restricted language mode.",
        "NoMethodInvocationInRestrictedLanguageMode",
        "InvalidOperation",
    )


@cmdlet("ForEach-Object")
class ForEachObject(Cmdlet):
    """ForEach-Object { } and ForEach-Object MemberName [arguments]."""

    accepts = (
        *("InputObject", "Begin", "Process", "End", "RemainingScripts"),
        *("MemberName", "ArgumentList"),
    )

    def begin(self) -> None:
        """Sort out the blocks and run the first."""
        call = self.call
        self.write = call.write
        self.name = call.get("MemberName")
        self.arguments = list(call.get("ArgumentList") or ())
        self.blocks: list[ScriptBlock] = []
        self.last: ScriptBlock | None = call.get("End")
        first: ScriptBlock | None = call.get("Begin")
        if self.name is None:
            blocks = [*(call.get("Process") or ()), *(call.get("RemainingScripts") or ())]
            if first is None and not call.has("Begin") and len(blocks) > 1:
                first, blocks = blocks[0], blocks[1:]
                if len(blocks) > 1 and not call.has("End"):
                    blocks, self.last = blocks[:-1], blocks[-1]
            self.blocks = [one for one in blocks if one is not None]
        if first is not None:
            self._run(first)
        scope = call.frame.scope
        self.cell = scope.variables.get("_") or scope.set("_", NOTHING)
        self.old = self.cell.value
        self.runners = [one.runner(call.frame) for one in self.blocks]

    def _run(self, block: ScriptBlock) -> None:
        block.inline(self.call.frame, self.write)

    def process(self) -> None:
        """Run the blocks, or read or call the member, for one object."""
        value = self.call.input_object
        if value is UNBOUND:
            if not self.call.has("InputObject") and self.call.expects_input:
                return
            value = self.call.get("InputObject")
        if self.name is not None:
            self._member(value)
            return
        cell = self.cell
        old = cell.value
        cell.value = value
        write, frame = self.write, self.call.frame
        try:
            for run in self.runners:
                try:
                    run(frame, write)
                except ReturnSignal as signal:
                    for one in signal.written:
                        write(one)
        finally:
            cell.value = old

    def _member(self, value: Any) -> None:
        call, engine = self.call, self.call.engine
        name = to_text(self.name)
        found = get_property(value, name, engine)
        if found is MISSING or isinstance(found, MethodReference):
            if engine.language_mode is RESTRICTED:
                call.error(_no_method_in_restricted_language(call))
                return
            if engine.constrained and not is_core_value(value):
                call.error(method_refused().record)
                return
            try:
                result = call_method(value, name, self.arguments, engine)
            except PSError as problem:
                if problem.record.error_id == "MethodNotFound" and not self.arguments:
                    if engine.strict_version is None:
                        call.write(None)
                    return
                call.error(problem.record)
                return
            if result is not None:
                call.write_all(result)
            return
        call.write_all(found)

    def end(self) -> None:
        """Run the last block."""
        if self.last is not None:
            self._run(self.last)
