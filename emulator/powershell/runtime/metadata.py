"""What a command's parameters are: the same description for functions and for cmdlets."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.types import PSType
from emulator.powershell.language import COMMON_PARAMETERS, CURRENT, Version

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

ALL_SETS = "__AllParameterSets"
_MOST_POSITIONS = 100


class SetFlags:
    """How a parameter takes part in one parameter set."""

    __slots__ = ("by_name", "by_value", "mandatory", "position", "remaining")

    def __init__(
        self,
        mandatory: bool = False,
        position: int | None = None,
        by_value: bool = False,
        by_name: bool = False,
        remaining: bool = False,
    ) -> None:
        self.mandatory = mandatory
        self.position = position
        self.by_value = by_value
        self.by_name = by_name
        self.remaining = remaining

    @classmethod
    def parse(cls, text: str) -> SetFlags:
        """Flags in the form of the tables: ``m`` mandatory, digits position, ``v`` by value, ``n`` by
        name, ``r`` rest.
        """
        digits = "".join(character for character in text if character.isdigit())
        return cls("m" in text, int(digits) if digits else None, "v" in text, "n" in text, "r" in text)


Validator = Callable[["Engine", Any], str | None]
Transformer = Callable[["Engine", Any], Any]
"""Gives the text of what is wrong with a value, or None.

List values are checked item by item where .NET does.
"""


class Parameter:
    """One parameter. ``sets`` has its flags by parameter set; ALL_SETS stands for every set. ``custom`` are
    the objects of attributes of scripts' own classes, ``transformers`` what some of them do first."""

    __slots__ = (
        "_kind",
        "aliases",
        "allow_empty_collection",
        "allow_empty_text",
        "allow_null",
        "common",
        "completer",
        "custom",
        "dynamic",
        "is_mandatory",
        "is_switch",
        "key",
        "mask",
        "name",
        "sets",
        "transformers",
        "transforms",
        "type_name",
        "validators",
        "values",
    )

    def __init__(
        self,
        name: str,
        type_name: str = "System.Object",
        *,
        aliases: Iterable[str] = (),
        sets: dict[str, SetFlags] | None = None,
        kind: PSType | None = None,
        validators: Iterable[Validator] = (),
        allow_null: bool = False,
        allow_empty_text: bool = False,
        allow_empty_collection: bool = False,
        common: bool = False,
        transforms: bool = False,
        values: Iterable[str] = (),
        completer: Any = None,
        custom: tuple[Any, ...] = (),
        transformers: tuple[Transformer, ...] = (),
        dynamic: bool = False,
    ) -> None:
        self.name = name
        self.key = name.lower()
        self.type_name = type_name
        self.aliases = tuple(aliases)
        self.sets = sets if sets is not None else {ALL_SETS: SetFlags()}
        self.is_mandatory = any(flags.mandatory for flags in self.sets.values())
        """Whether it is mandatory in any set."""
        self.dynamic = dynamic
        self._kind = kind
        self.validators = tuple(validators)
        self.custom = custom
        self.transformers = transformers
        self.allow_null = allow_null
        self.allow_empty_text = allow_empty_text
        self.allow_empty_collection = allow_empty_collection
        self.common = common
        self.transforms = transforms
        self.values = tuple(values)
        """What a ValidateSet allows."""
        self.completer = completer
        """The script block of an ArgumentCompleter attribute, or None."""
        self.is_switch = type_name.lower() in ("switch", "system.management.automation.switchparameter")
        self.mask = 0

    def kind(self, engine: Engine) -> PSType | None:
        """The type, or None when no loaded module has a type of that name."""
        if self._kind is None:
            self._kind = engine.types.find(self.type_name)
        return self._kind

    def flags(self, set_name: str) -> SetFlags | None:
        """The flags in a set, or None when the parameter is not in it."""
        return self.sets.get(set_name) or self.sets.get(ALL_SETS)


class CommandMetadata:
    """The parameters and parameter sets of a command."""

    __slots__ = (
        "_next_positions",
        "_resolved",
        "_sets_of",
        "all_mask",
        "ambiguous",
        "confirm_impact",
        "default_mask",
        "default_set",
        "input_key",
        "is_cmdlet",
        "mandatory",
        "output_types",
        "parameters",
        "pipeline_parameters",
        "positional",
        "positions",
        "set_names",
        "supports_should_process",
        "version",
    )

    def __init__(
        self,
        parameters: Iterable[Parameter],
        *,
        default_set: str | None = None,
        is_cmdlet: bool = True,
        supports_should_process: bool = False,
        confirm_impact: str = "Medium",
        output_types: tuple[str, ...] = (),
        set_names: Iterable[str] = (),
        version: Version = CURRENT,
    ) -> None:
        self.parameters: dict[str, Parameter] = {one.key: one for one in parameters}
        self.default_set = default_set
        self.is_cmdlet = is_cmdlet
        self.supports_should_process = supports_should_process
        self.confirm_impact = confirm_impact
        self.output_types = output_types
        self.version = version
        names: dict[str, None] = dict.fromkeys(set_names)
        for one in self.parameters.values():
            names.update(dict.fromkeys(name for name in one.sets if name != ALL_SETS))
        if default_set and default_set not in names:
            names[default_set] = None
        self.set_names: tuple[str, ...] = tuple(names) or (ALL_SETS,)
        self.all_mask = (1 << len(self.set_names)) - 1
        self.default_mask = 1 << self.set_names.index(default_set) if default_set else 0
        for one in self.parameters.values():
            one.mask = self._mask(one)
        own = list(self.parameters.values())
        if is_cmdlet:
            for one in common_parameters(supports_should_process, version):
                self.parameters.setdefault(one.key, one)
                one.mask = self.all_mask
        self._resolved: dict[str, Parameter | tuple[Parameter, ...]] = {}
        self._next_positions: dict[tuple[int, tuple[str, ...]], list[tuple[Parameter, int]]] = {}
        self._sets_of: dict[int, tuple[str, ...]] = {}
        self.positional = [one for one in own if any(f.position is not None for f in one.sets.values())]
        self.pipeline_parameters = [
            one for one in own if any(f.by_value or f.by_name for f in one.sets.values())
        ]

        self.mandatory = {name: self._mandatory(own, name) for name in self.set_names}
        self.positions = {name: self._positions(own, name) for name in self.set_names}
        self.ambiguous = tuple(
            1 << index
            for index, name in enumerate(self.set_names)
            if len({place for place, _ in self.positions[name]}) < len(self.positions[name])
        )
        """The sets in which two parameters have one position, as bits."""
        self.input_key = self._input_key()

    def _mandatory(self, own: list[Parameter], name: str) -> tuple[tuple[str, Parameter, bool], ...]:
        """Key, parameter and "may come from the pipeline" of what a set requires."""
        found = []
        for one in own:
            flags = one.flags(name)
            if flags is not None and flags.mandatory:
                found.append((one.key, one, flags.by_value or flags.by_name))
        return tuple(found)

    def _positions(self, own: list[Parameter], name: str) -> tuple[tuple[int, Parameter], ...]:
        found = []
        for one in own:
            flags = one.flags(name)
            if flags is not None and flags.position is not None and not flags.remaining:
                found.append((flags.position, one))
        return tuple(sorted(found, key=lambda pair: pair[0]))

    def _input_key(self) -> str | None:
        """The key of the one parameter that takes any pipeline object in every set, when there is no
        other.
        """
        if len(self.pipeline_parameters) != 1:
            return None
        only = self.pipeline_parameters[0]
        if only.type_name.lower() not in ("psobject", "object", "system.object") or only.validators:
            return None
        if any(flags.mandatory and not only.allow_null for flags in only.sets.values()):
            return None
        if (
            not all(flags.by_value and not flags.by_name for flags in only.sets.values())
            or only.mask != self.all_mask
        ):
            return None
        return only.key

    def _mask(self, parameter: Parameter) -> int:
        if ALL_SETS in parameter.sets:
            return self.all_mask
        mask = 0
        for name in parameter.sets:
            mask |= 1 << self.set_names.index(name)
        return mask

    def sets_of(self, mask: int) -> tuple[str, ...]:
        """Names of the sets of a bit mask."""
        found = self._sets_of.get(mask)
        if found is None:
            found = tuple(name for index, name in enumerate(self.set_names) if mask & (1 << index))
            if len(self._sets_of) < _MOST_POSITIONS:
                self._sets_of[mask] = found
        return found

    def next_position(self, valid: int, bound: Iterable[str]) -> list[tuple[Parameter, int]]:
        """The parameters, with the bit of their set, that the next argument without a name may go to."""
        key = (valid, tuple(bound))
        found = self._next_positions.get(key)
        if found is None:
            found = self._next_position(valid, frozenset(key[1]))
            if len(self._next_positions) < _MOST_POSITIONS:
                self._next_positions[key] = found
        return found

    def _next_position(self, valid: int, bound: frozenset[str]) -> list[tuple[Parameter, int]]:
        places: dict[int, list[tuple[Parameter, int]]] = {}
        for index, name in enumerate(self.set_names):
            if not valid & (1 << index):
                continue
            for position, parameter in self.positions[name]:
                if parameter.key not in bound:
                    places.setdefault(position, []).append((parameter, 1 << index))
                    break
        return places[min(places)] if places else []

    def find(self, name: str) -> Parameter | tuple[Parameter, ...]:
        """The parameter of a name, alias or unique beginning; several, or none, as a tuple."""
        key = name.lower()
        found = self._resolved.get(key)
        if found is None:
            found = self._find(key)
            if len(self._resolved) < 2000:
                self._resolved[key] = found
        return found

    def _find(self, key: str) -> Parameter | tuple[Parameter, ...]:
        exact = self.parameters.get(key)
        if exact is not None:
            return exact
        candidates: dict[str, Parameter] = {}
        for one in self.parameters.values():
            for alias in one.aliases:
                if alias.lower() == key:
                    return one
                if alias.lower().startswith(key):
                    candidates[one.name] = one
            if one.key.startswith(key):
                candidates[one.name] = one
        if len(candidates) > 1:
            # Those of a provider are bound only after all others.
            fixed = [one for one in candidates.values() if not one.dynamic]
            if len(fixed) == 1:
                return fixed[0]
            own = [one for one in fixed if not one.common]
            if len(own) == 1:
                return own[0]
        matches = tuple(candidates.values())
        return matches[0] if len(matches) == 1 else matches


_COMMON = (
    ("Verbose", "switch", "vb"),
    ("Debug", "switch", "db"),
    ("ErrorAction", "System.Management.Automation.ActionPreference", "ea"),
    ("WarningAction", "System.Management.Automation.ActionPreference", "wa"),
    ("InformationAction", "System.Management.Automation.ActionPreference", "infa"),
    ("ErrorVariable", "string", "ev"),
    ("WarningVariable", "string", "wv"),
    ("InformationVariable", "string", "iv"),
    ("OutVariable", "string", "ov"),
    ("OutBuffer", "int", "ob"),
    ("PipelineVariable", "string", "pv"),
)
_SHOULD_PROCESS = (("WhatIf", "switch", "wi"), ("Confirm", "switch", "cf"))
COMMON_NAMES = frozenset(name.lower() for name, _, _ in (*_COMMON, *_SHOULD_PROCESS))


def common_parameters(should_process: bool, version: Version = CURRENT) -> list[Parameter]:
    """The common parameters (about_CommonParameters) that a version of the language has, with WhatIf and
    Confirm when asked for."""
    rows = (*_COMMON, *_SHOULD_PROCESS) if should_process else _COMMON
    return [
        Parameter(name, kind, aliases=(alias,), common=True)
        for name, kind, alias in rows
        if COMMON_PARAMETERS.get(name, version) <= version
    ]
