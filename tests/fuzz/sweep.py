"""Every member of every type and every parameter of every cmdlet, called with awkward values one after another.

Chance finds what many scripts would find; this finds what one argument in a thousand finds.
"""

from __future__ import annotations

import resource
import time
import traceback
from collections.abc import Callable, Iterator
from decimal import Decimal
from random import Random
from typing import Any, Final

from fuzz.awkward import AWKWARD, FEW
from fuzz.specimens import Specimens, may_call
from fuzz.target import LONGEST_SECONDS

from emulator.powershell.dotnet import numbers
from emulator.powershell.dotnet.time_values import TimeSpan
from emulator.powershell.dotnet.types import Method, Overload, Property, PSType, parse_table
from emulator.powershell.runtime import invoke, members
from emulator.powershell.runtime.conversion import convert
from emulator.powershell.runtime.errors import ControlFlow, ConversionError, PSError
from emulator.powershell.runtime.metadata import CommandMetadata, Parameter

#: Most that one call may add to the largest size of the process, in KiB.
MOST_MEMORY: Final = 300 * 1024
#: A longer argument list takes its other arguments from chance; so many lists.
_DRAWN: Final = 30
_PLAIN: Final = {
    "int": "1",
    "string": "'abc'",
    "char": "[char]'a'",
    "object": "1",
    "bool": "$true",
    "double": "1.5",
    "type": "[int]",
    "scriptblock": "{ 1 }",
    "ref": "[ref]1",
}


class Faults:
    """What went wrong, with how to see it again."""

    def __init__(self) -> None:
        self.found: dict[str, str] = {}
        self.calls = 0

    def check(self, label: Callable[[], str], function: Callable[[], Any]) -> None:
        """Do something that ends as scripts do: with a value or with an error of PowerShell."""
        self.calls += 1
        peak, started = _peak(), time.process_time()
        result = None
        try:
            result = function()
        except (PSError, ConversionError, ControlFlow, RecursionError):
            pass
        except Exception as problem:  # noqa: BLE001 - that is what is looked for
            last = traceback.extract_tb(problem.__traceback__)[-1]
            self._note(f"{type(problem).__name__} in {last.name}, {last.filename}:{last.lineno}", label)
        taken, grown = time.process_time() - started, _peak() - peak
        if taken > LONGEST_SECONDS:
            self._note(f"{taken:.1f} s", label)
        if grown > MOST_MEMORY:
            self._note(f"{grown // 1024} MiB", label)
        wrong = impossible(result)
        if wrong:
            self._note(wrong, label)

    def _note(self, what: str, label: Callable[[], str]) -> None:
        self.found.setdefault(what, label())

    def __str__(self) -> str:
        return "\n".join(f"{what}: {where}" for what, where in self.found.items())


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def impossible(value: Any) -> str:
    """What is wrong with a value that .NET could not have, or nothing."""
    kind = type(value)
    if kind in numbers.RANGES:
        low, high = numbers.RANGES[kind]
        return "" if low <= value <= high else f"an impossible {kind.__name__}"
    if kind is Decimal:
        return (
            ""
            if value.is_finite() and value.copy_abs() <= numbers.DECIMAL_MAXIMUM
            else "an impossible Decimal"
        )
    if kind is TimeSpan:
        return (
            "" if numbers.INT64_MINIMUM <= value.ticks <= numbers.INT64_MAXIMUM else "an impossible TimeSpan"
        )
    if kind is numbers.Char:
        return "" if len(value) == 1 else "a Char of another length"
    return f"Python's {kind.__name__}" if kind in (bytes, complex, set, frozenset) else ""


class MemberSweep:
    """Calls the members of types; ``values`` are the scripts of the arguments."""

    def __init__(self, specimens: Specimens, values: tuple[str, ...] = AWKWARD) -> None:
        self.specimens = specimens
        self.values = values
        self.faults = Faults()
        self._made: dict[str, Any] = {}
        self._inherited: set[int] = set()

    def type(self, kind: PSType) -> None:
        """All members of a type, and conversions to it."""
        self.specimens.renew()
        self._made.clear()
        for member in kind.own_statics.values():
            if isinstance(member, Property):
                self._check(f"[{kind.name}]::{member.name}", lambda m=member: self._read_static(m))
            elif may_call(member.name):
                for overload in member.overloads:
                    self._method(kind, member.name, overload, None)
        constructors = parse_table(kind.construct or {}, static=True).get("new")
        for overload in constructors.overloads if isinstance(constructors, Method) else ():
            self._constructor(kind, overload)
        for value in self.values:
            self._check(f"[{kind.name}]{value}", lambda v=value: convert(self._value(v), kind, self._engine))
        script = self.specimens.scripts.get(kind.name)
        if script is not None:
            self._instance(kind, script)

    @property
    def _engine(self) -> Any:
        engine = self.specimens.machine.runspace.engine
        engine.steps_left, engine.depth, engine.catching = engine.limits.steps, 0, 0
        return engine

    def _value(self, script: str) -> Any:
        if script not in self._made:
            self._made[script] = self.specimens.value(script)
        return self._made[script]

    def _check(self, label: str, function: Callable[[], Any]) -> None:
        self.faults.check(lambda: label, function)

    def _read_static(self, member: Property) -> Any:
        return member.getter(self._engine) if member.contextual else member.getter()

    def _constructor(self, kind: PSType, overload: Overload) -> None:
        for scripts in self._arguments(overload):
            values = [self._value(one) for one in scripts]
            self.faults.check(
                lambda s=scripts: f"[{kind.name}]::new({', '.join(s)})",
                lambda v=values: invoke.construct(kind, v, self._engine),
            )

    def _instance(self, kind: PSType, script: str) -> None:
        for key, member in kind.all_members().items():
            if key not in kind.own_members:
                # What several types inherit is the same for all of them.
                if id(member) in self._inherited:
                    continue
                self._inherited.add(id(member))
            if isinstance(member, Method):
                if may_call(member.name):
                    for overload in member.overloads:
                        self._method(kind, member.name, overload, script)
                continue
            self._made.clear()
            owner = self.specimens.value(script)
            read = f"({script}).{member.name}"
            self._check(read, lambda m=member, o=owner: members.get_member(o, m.name, self._engine))
            for value in self.values if member.setter is not None else ():
                self._check(
                    f"{read} = {value}",
                    lambda m=member, o=owner, v=value: members.set_member(
                        o, m.name, self._value(v), self._engine
                    ),
                )

    def _method(self, kind: PSType, name: str, overload: Overload, script: str | None) -> None:
        """One overload, whatever others there are; a list or a table of the arguments may have changed."""
        self._made.clear()
        method = Method(name, script is None)
        method.overloads = [overload]
        for number, scripts in enumerate(self._arguments(overload)):
            if number % 20 == 0:
                owner = None if script is None else self.specimens.value(script)
                assert script is None or owner is not None, f"{script} makes nothing on a new machine"
            values = [self._value(one) for one in scripts]
            self.faults.check(
                lambda s=scripts: f"{script or f'[{kind.name}]:'}.{name}({', '.join(s)}) as {overload.types}",
                lambda o=owner, v=values: invoke.run_method(method, o, v, self._engine, script is None),
            )

    def _arguments(self, overload: Overload) -> Iterator[tuple[str, ...]]:
        size = len(overload.types)
        if size < 2:
            yield from ((one,) for one in self.values) if size else ((),)
            return
        plain = [self._plain(one.removesuffix("[]")) for one in overload.types]
        for place in range(size):
            for value in self.values:
                yield (*plain[:place], value, *plain[place + 1 :])
        random = Random(f"{overload.names}{overload.types}")
        for _ in range(_DRAWN):
            yield tuple(random.choice(self.values) for _ in range(size))

    def _plain(self, name: str) -> str:
        found = _PLAIN.get(name)
        kind = None if found else invoke.find_type(name, self._engine)
        return found or (self.specimens.scripts.get(kind.name) if kind is not None else None) or "1"


class CmdletSweep:
    """Calls cmdlets with one awkward argument; the mandatory ones of the same set have plain ones."""

    def __init__(self, specimens: Specimens, values: tuple[str, ...] = FEW, most: int | None = None) -> None:
        """``most`` is how many of the values each parameter gets, drawn by its name; None for all."""
        self.specimens = specimens
        self.values = values
        self.most = most
        self.faults = Faults()

    def names(self) -> list[str]:
        """Every cmdlet that has parameters here and does not wait."""
        engine = self.specimens.machine.runspace.engine
        found = engine.commands.all(engine.global_scope, everything=True)
        return sorted(
            {
                one.name
                for one in found
                if one.kind == "Cmdlet" and one.metadata(engine) is not None and may_call(one.name)
            }
        )

    def cmdlet(self, name: str) -> None:
        """All parameters of a cmdlet, and its input."""
        self.specimens.renew()
        engine = self.specimens.machine.runspace.engine
        metadata = engine.commands.find(name).metadata(engine)
        quiet = "'Confirm' = $false" if "confirm" in metadata.parameters else ""
        for parameter in metadata.parameters.values():
            if parameter.common or parameter.name in ("WhatIf", "Confirm"):
                continue
            base = "; ".join(filter(None, (*_companions(metadata, parameter), quiet)))
            for value in ("$true",) if parameter.is_switch else self._drawn(f"{name} {parameter.name}"):
                self._run(f"$p = @{{ {base} }}; $p['{parameter.name}'] = {value}; $null = {name} @p")
        for value in self._drawn(name):
            self._run(f"$v = {value}; $null = $v | {name} {'-Confirm:$false' if quiet else ''}")

    def _drawn(self, seed: str) -> tuple[str, ...]:
        if self.most is None:
            return self.values
        return tuple(Random(seed).sample(self.values, self.most))

    def _run(self, script: str) -> None:
        machine = self.specimens.machine
        runspace = machine.runspace

        def work() -> None:
            result = machine.run(f"$ErrorActionPreference = 'SilentlyContinue'; {script}")
            failure = result.failure
            if failure is not None and failure.error_id == "InternalFault":
                raise InternalFaultError(failure.message)

        self.faults.check(lambda: script, work)
        if len(runspace.engine.errors) > 100:
            runspace.engine.errors.clear()


class InternalFaultError(Exception):
    """A cmdlet raised something of Python's."""


def _companions(metadata: CommandMetadata, parameter: Parameter) -> list[str]:
    """What the parameter's set requires, as entries of a hash table."""
    names = [one for one in metadata.set_names if parameter.flags(one) is not None]
    chosen = metadata.default_set if metadata.default_set in names else names[0]
    return [
        f"'{one.name}' = {_plain_argument(one)}"
        for _, one, _ in metadata.mandatory[chosen or metadata.set_names[0]]
        if one is not parameter
    ]


def _plain_argument(parameter: Parameter) -> str:
    name, kind = parameter.name.lower(), parameter.type_name.lower()
    if name in ("vmname", "vm"):
        return "'Fuzz'"
    if "path" in name:
        return "'C:\\Windows'"
    for word, text in _BY_TYPE.items():
        if word in kind:
            return text
    return "'a'"


_BY_TYPE: Final = {
    "scriptblock": "{ $_ }",
    "hashtable": "@{ a = 1 }",
    "dictionary": "@{ a = 1 }",
    "datetime": "'2020-01-01'",
    "timespan": "'00:00:01'",
    "bool": "$true",
    "int": "1",
    "long": "1",
    "double": "1",
    "byte": "1",
}
