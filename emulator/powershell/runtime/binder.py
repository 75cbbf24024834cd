"""The parameter binder: one for functions and cmdlets.

Follows the order of Windows PowerShell: named arguments, positions (sets of the default first, without
conversion before with conversion), what remains, then by pipeline object (by value before by property name,
without conversion before with), and the choice of a parameter set.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.collections import DICTIONARY_TYPES, LIST_TYPES, PSArray
from emulator.powershell.dotnet.psobject import PSObject, unwrap
from emulator.powershell.dotnet.types import PSType, type_of
from emulator.powershell.runtime.argument_values import CREDENTIAL, ArgumentValues
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import (
    PSError,
)
from emulator.powershell.runtime.metadata import CommandMetadata, Parameter, SetFlags

if TYPE_CHECKING:
    from emulator.powershell.parser.extents import Extent
    from emulator.powershell.runtime.engine import Engine
    from emulator.powershell.runtime.script_block import ScriptBlock


SCRIPT_BLOCKS: set[type] = set()
"""The class of script blocks, which makes itself known here: it stands on this module."""
_TAKE_SCRIPT_BLOCKS = frozenset({"System.Object", "System.Management.Automation.ScriptBlock"})


class Argument:
    """One piece of a command line: a name (or None), a value, and where they stand.

    ``has_value`` is false for ``-Name`` without a colon, which may take the next positional piece.
    """

    __slots__ = ("extent", "has_value", "name", "splatted", "value")

    def __init__(
        self,
        name: str | None,
        value: Any = None,
        has_value: bool = True,
        extent: Extent | None = None,
        splatted: bool = False,
    ) -> None:
        self.name = name
        self.value = value
        self.has_value = has_value
        self.extent = extent
        self.splatted = splatted


class Binder(ArgumentValues):
    """Binds the arguments of one call. ``bound`` has the values by lower-case parameter name."""

    __slots__ = (
        "bound",
        "command_line",
        "delayed",
        "extents",
        "is_trusted",
        "pipeline_bound",
        "rest",
        "simple",
        "valid",
    )

    def __init__(self, engine: Engine, metadata: CommandMetadata, simple: bool = False) -> None:
        self.engine = engine
        self.metadata = metadata
        self.simple = simple
        self.is_trusted = metadata.is_cmdlet
        self.bound: dict[str, Any] = {}
        self.delayed: dict[str, ScriptBlock] = {}
        """Script blocks that give the values of parameters for each input object, by lower-case name."""
        self.extents: dict[str, Extent | None] = {}
        self.rest: list[Argument] = []
        self.valid = metadata.all_mask
        self.command_line: dict[str, Any] = {}
        self.pipeline_bound: tuple[str, ...] = ()

    # Command line

    def bind(self, arguments: list[Argument], expects_input: bool) -> None:
        """Bind the command line. Raises the binding errors of PowerShell."""
        positional = self._named(arguments)
        if positional and (self.metadata.positional or not self.metadata.is_cmdlet or self.simple):
            positional = self._positional(positional)
        if positional:
            positional = self._remaining(positional)
        if positional:
            if not self.simple:
                first = positional[0]
                named = next((one for one in positional if one.name is not None), None)
                if named is not None:
                    raise self._unknown(named, ())
                raise self.failure(
                    "A positional parameter cannot be found that accepts argument "
                    f"'{_shown(first.value) if first.name is None else '-' + first.name}'.",
                    "PositionalParameterNotFound",
                    extent=None,
                )
            self.rest = positional
        if self.delayed and not expects_input:
            key = next(iter(self.delayed))
            raise self.failure(
                f"Cannot evaluate parameter '{self.metadata.parameters[key].name}' because its argument is "
                "specified as a script block and there is no input. A script block cannot be evaluated "
                "without input.",
                "ScriptBlockArgumentNoInput",
                "MetadataError",
                extent=self.extents[key],
            )
        self._bind_defaults()
        self._resolve(expects_input)
        self.command_line = dict(self.bound)

    def _named(self, arguments: list[Argument]) -> list[Argument]:
        positional: list[Argument] = []
        metadata = self.metadata
        index, count = 0, len(arguments)
        while index < count:
            argument = arguments[index]
            index += 1
            if argument.name is None:
                positional.append(argument)
                continue
            if argument.name == "-" and not self.simple:
                continue  # "--": what follows are no parameters
            found = metadata.find(argument.name)
            if isinstance(found, tuple):
                if not found and (self.simple or self._takes_the_rest()):
                    positional.append(argument)
                    continue
                raise self._unknown(argument, found)
            value, extent = argument.value, argument.extent
            if not argument.has_value:
                if found.is_switch:
                    value = True
                else:
                    if index >= count or (arguments[index].name is not None):
                        raise self._missing(found, argument)
                    value, extent = arguments[index].value, arguments[index].extent
                    index += 1
            elif value is None and found.is_switch:
                value = True  # as for no value at all
            key = found.key
            if key in self.bound:
                raise self.failure(
                    f"Cannot bind parameter because parameter '{found.name}' is specified more than once. To "
                    f"provide "
                    "multiple values to parameters that can accept multiple values, use the array syntax. "
                    "For "
                    'example, "-parameter value1,value2,value3".',
                    "ParameterAlreadyBound",
                    extent=argument.extent,
                )
            self._give(found, value, extent)
            if not found.common:
                self.valid &= found.mask
        if not self.valid:
            raise self._ambiguous_set()
        return positional

    def _takes_the_rest(self) -> bool:
        """Whether a parameter takes what no other does, names of parameters too."""
        parameters = self.metadata.parameters.values()
        return any(flags.remaining for one in parameters for flags in one.sets.values())

    def _unknown(self, argument: Argument, found: tuple[Parameter, ...]) -> PSError:
        if found:
            listed = " ".join(f"-{one.name}" for one in found)
            return self.failure(
                f"Parameter cannot be processed because the parameter name '{argument.name}' is ambiguous. "
                f"Possible "
                f"matches include: {listed}.",
                "AmbiguousParameter",
                extent=argument.extent,
            )
        return self.failure(
            f"A parameter cannot be found that matches parameter name '{argument.name}'.",
            "NamedParameterNotFound",
            extent=argument.extent,
        )

    def _missing(self, parameter: Parameter, argument: Argument) -> PSError:
        kind = parameter.kind(self.engine)
        return self.failure(
            f"Missing an argument for parameter '{parameter.name}'. Specify a parameter of type "
            f"'{kind.name if kind else parameter.type_name}' and try again.",
            "MissingArgument",
            extent=argument.extent,
        )

    def _positional(self, arguments: list[Argument]) -> list[Argument]:
        if self.valid in self.metadata.ambiguous:
            raise self.failure(
                "Cannot bind positional parameters because no names were given.",
                "AmbiguousPositionalParameterNoName",
                "InvalidArgument",
            )
        if len(arguments) > 1:
            self._prefer_roomy_sets(sum(1 for one in arguments if one.name is None))
        left: list[Argument] = []
        follows_a_name = False
        for one in arguments:
            # What follows the name of an unknown parameter is taken for its value, and so has no position.
            if one.name is not None or follows_a_name or not self._bind_position(one):
                left.append(one)
            follows_a_name = one.name is not None and not one.has_value
        return left

    def _prefer_roomy_sets(self, count: int) -> None:
        # With more positional arguments than some sets have positions, only sets with enough of them remain.
        metadata = self.metadata
        if count < 2 or not self.valid & (self.valid - 1):
            return
        roomy = 0
        for index, name in enumerate(metadata.set_names):
            if self.valid & (1 << index):
                free = sum(1 for _, one in metadata.positions[name] if one.key not in self.bound)
                roomy |= (1 << index) if free >= count else 0
        self.valid = roomy or self.valid

    def _bind_position(self, argument: Argument) -> bool:
        candidates = self.metadata.next_position(self.valid, self.bound)
        if not candidates:
            return False
        if len(candidates) == 1:
            parameter, mask = candidates[0]
            self._take(parameter, argument, mask)
            return True
        default = self.metadata.default_mask
        by_parameter: dict[str, tuple[Parameter, int]] = {}
        for parameter, mask in candidates:
            old = by_parameter.get(parameter.name)
            by_parameter[parameter.name] = (parameter, mask | (old[1] if old else 0))
        preferred = [one for one in by_parameter.values() if one[1] & default]
        others = [one for one in by_parameter.values() if not one[1] & default]
        groups = [group for group in (preferred, others) if group]
        if len(by_parameter) > 1:
            for group in groups:
                for parameter, mask in group:
                    kind = parameter.kind(self.engine)
                    if kind is not None and self.fits(argument.value, kind):
                        self._take(parameter, argument, mask)
                        return True
            last: PSError | None = None
            for group in groups:
                for parameter, mask in group:
                    try:
                        self._take(parameter, argument, mask)
                    except PSError as problem:
                        last = last or problem
                    else:
                        return True
            if last is not None:
                raise last
            return False
        for parameter, mask in groups[0]:
            self._take(parameter, argument, mask)
        return True

    def fits(self, value: Any, kind: PSType) -> bool:
        """True when a positional value can be bound without a conversion, or asking for a password makes it
        fit, which comes before all conversions."""
        asks = kind.name == CREDENTIAL and self.metadata.is_cmdlet and isinstance(unwrap(value), str)
        return asks or _fits(value, kind)

    def _take(self, parameter: Parameter, argument: Argument, mask: int) -> None:
        self._give(parameter, argument.value, argument.extent)
        self.valid &= mask if mask & self.valid else self.valid

    def _remaining(self, arguments: list[Argument]) -> list[Argument]:
        for parameter in self.metadata.parameters.values():
            key = parameter.key
            if key in self.bound or not parameter.mask & self.valid:
                continue
            if any(flags.remaining for flags in parameter.sets.values()):
                values: list[Any] = []
                for one in arguments:
                    if one.name is not None:
                        values.append(f"-{one.name}")
                        if one.has_value:
                            values.append(one.value)
                    else:
                        values.append(one.value)
                if len(values) == 1 and type(values[0]) in LIST_TYPES:
                    values = list(values[0])
                self._set(parameter, PSArray(values), arguments[0].extent)
                return []
        return arguments

    def _bind_defaults(self) -> None:
        defaults = self.engine.default_parameter_values()
        if not defaults:
            return
        for parameter_name, value in defaults():
            found = self.metadata.find(parameter_name)
            if isinstance(found, tuple) or found.key in self.bound:
                continue
            if found.mask & self.valid:
                self._set(found, value, None)
                self.valid &= found.mask

    def _resolve(self, expects_input: bool) -> None:
        metadata = self.metadata
        if metadata.all_mask == 1:
            self._check_mandatory(metadata.set_names[0], expects_input)
            return
        if not expects_input and self.valid & metadata.default_mask:
            # Without input the default set is taken while it is possible, and asked for what it lacks, even
            # where another one lacks nothing (CmdletParameterBinderController.ValidateParameterSets).
            self.valid = metadata.default_mask
            self._check_mandatory(str(metadata.default_set), expects_input)
            return
        candidates = [
            name
            for name in metadata.sets_of(self.valid)
            if not self._lacking(name, include_pipeline=not expects_input)
        ]
        if not candidates:
            names = metadata.sets_of(self.valid)
            default = metadata.default_set
            chosen = default if default in names else (names[0] if len(names) == 1 else None)
            if chosen is None:
                raise self._ambiguous_set()
            self.valid = 1 << metadata.set_names.index(chosen)
            self._check_mandatory(chosen, expects_input)
            return
        mask = 0
        for name in candidates:
            mask |= 1 << metadata.set_names.index(name)
        if expects_input and len(candidates) > 1:
            # The input decides among the sets that take any; keep all that are still possible.
            self.valid = mask
            return
        if len(candidates) > 1:
            if mask & metadata.default_mask:
                mask = metadata.default_mask
            else:
                narrowed = self._narrow(candidates)
                if narrowed is None:
                    raise self._ambiguous_set()
                mask = 1 << metadata.set_names.index(narrowed)
        self.valid = mask

    def _narrow(self, candidates: list[str]) -> str | None:
        # Several sets are complete and none is the default: PowerShell takes the one whose mandatory
        # parameters
        # were all given, when only one has any.
        with_mandatory = [name for name in candidates if self.metadata.mandatory[name]]
        if len(with_mandatory) == 1:
            return with_mandatory[0]
        return None

    def _lacking(self, set_name: str, include_pipeline: bool) -> list[Parameter]:
        required = self.metadata.mandatory[set_name]
        if not required:
            return []
        bound = self.bound
        return [
            parameter
            for key, parameter, by_pipeline in required
            if key not in bound and (include_pipeline or not by_pipeline)
        ]

    def _check_mandatory(self, set_name: str, expects_input: bool) -> None:
        lacking = self._lacking(set_name, include_pipeline=not expects_input)
        if lacking:
            listed = " ".join(one.name for one in lacking)
            raise self.failure(
                f"Cannot process command because of one or more missing mandatory parameters: {listed}.",
                "MissingMandatoryParameter",
                extent=None,
            )

    @property
    def set_name(self) -> str:
        """The parameter set that was chosen; input that was bound may narrow it."""
        if self.pipeline_bound:
            return self.input_set()
        names = self.metadata.sets_of(self.valid)
        if len(names) > 1 and self.metadata.default_set in names:
            return str(self.metadata.default_set)
        return names[0] if names else self.metadata.set_names[0]

    # Pipeline

    def bind_input(self, value: Any) -> bool:
        """Bind one pipeline object; false when no parameter takes it. Resets what the last object bound."""
        for key in self.pipeline_bound:
            if key in self.command_line:
                self.bound[key] = self.command_line[key]
            else:
                self.bound.pop(key, None)
        taken: list[str] = []
        start = self.valid
        done = False
        for key, block in self.delayed.items():
            self._evaluate(self.metadata.parameters[key], block, value)
            taken.append(key)
        for coerce in (False, True):
            if self._by_value(value, coerce, taken):
                done = True
                break
            if self._by_name(value, coerce, taken):
                done = True
                break
        if done:
            self._by_name(value, True, taken)
        self.pipeline_bound = tuple(taken)
        if not done and not self.delayed:
            return False
        valid_now = self.valid
        names = [name for name in self.metadata.sets_of(valid_now) if not self._lacking(name, True)]
        if not names:
            chosen = self.set_name
            self.valid = start
            lacking = self._lacking(chosen, True)
            return not (any(not self._takes_input(one, chosen) for one in lacking) or lacking)
        self.valid = start
        return True

    def _evaluate(self, parameter: Parameter, block: ScriptBlock, value: Any) -> None:
        """Bind what a script block gives for an input object. Raises the errors of the block's failure."""
        extent = self.extents[parameter.key]
        try:
            found = block.values_with(self.engine, value)
        except PSError as problem:
            raise self.failure(
                f"The input to the script block for parameter '{parameter.name}' failed. "
                f"{problem.record.message}",
                "ScriptBlockArgumentInvocationFailed",
                extent=extent,
            ) from None
        if not found:
            raise self.failure(
                f"Cannot evaluate parameter '{parameter.name}' because its argument input did not produce "
                "any output.",
                "ScriptBlockArgumentNoOutput",
                extent=extent,
            )
        self._set(parameter, found[0] if len(found) == 1 else PSArray(found), extent)

    def _takes_input(self, parameter: Parameter, set_name: str) -> bool:
        flags = parameter.flags(set_name)
        return flags is not None and (flags.by_value or flags.by_name)

    def input_set(self) -> str:
        """The parameter set after an input object was bound."""
        mask = self.valid
        for key in self.pipeline_bound:
            mask &= self.metadata.parameters[key].mask
        names = self.metadata.sets_of(mask)
        complete = tuple(name for name in names if not self._lacking(name, True))
        names = complete or names
        if self.metadata.default_set in names:
            return str(self.metadata.default_set)
        return names[0] if names else self.metadata.set_names[0]

    def _by_value(self, value: Any, coerce: bool, taken: list[str]) -> bool:
        found = False
        default = self.metadata.default_mask
        order = sorted(
            self.metadata.pipeline_parameters, key=lambda one: 0 if not default or one.mask & default else 1
        )
        mask = self.valid
        for parameter in order:
            key = parameter.key
            if key in self.command_line or key in taken or not parameter.mask & mask:
                continue
            if not self._flag(parameter, mask, "by_value"):
                continue
            kind = parameter.kind(self.engine)
            if kind is None:
                continue
            if not coerce:
                if not _fits(value, kind):
                    continue
                self._set(parameter, value, None)
            else:
                try:
                    self._set(parameter, value, None)
                except PSError:
                    continue
            taken.append(key)
            mask &= parameter.mask
            found = True
        if found:
            self.valid = mask
        return found

    def _by_name(self, value: Any, coerce: bool, taken: list[str]) -> bool:
        from emulator.powershell.runtime.members import MISSING, get_property

        found = False
        mask = self.valid
        base = unwrap(value)
        if value is None or (type(base) in DICTIONARY_TYPES and not coerce):
            return False
        for parameter in self.metadata.pipeline_parameters:
            key = parameter.key
            if key in self.command_line or key in taken or not parameter.mask & mask:
                continue
            if not self._flag(parameter, mask, "by_name"):
                continue
            kind = parameter.kind(self.engine)
            if kind is None:
                continue
            item: Any = MISSING
            for name in (parameter.name, *parameter.aliases):
                item = get_property(value, name, self.engine)
                if item is not MISSING:
                    break
            if item is MISSING or (not coerce and not _fits(item, kind)):
                continue
            try:
                self._set(parameter, item, None)
            except PSError:
                continue
            taken.append(key)
            mask &= parameter.mask
            found = True
        if found:
            self.valid = mask
        return found

    def _flag(self, parameter: Parameter, mask: int, name: str) -> bool:
        sets = parameter.sets
        for index, set_name in enumerate(self.metadata.set_names):
            if mask & (1 << index):
                flags: SetFlags | None = sets.get(set_name) or sets.get("__AllParameterSets")
                if flags is not None and getattr(flags, name):
                    return True
        return False

    def _give(self, parameter: Parameter, value: Any, extent: Extent | None) -> None:
        """Bind a value of the command line; a script block may have to wait for input (`_evaluate`)."""
        if type(value) in SCRIPT_BLOCKS and self._delays(parameter):
            key = parameter.key
            self.delayed[key], self.bound[key], self.extents[key] = value, None, extent
            return
        self._set(parameter, value, extent)

    def _delays(self, parameter: Parameter) -> bool:
        """Whether the parameter takes pipeline input, and no script blocks of its own."""
        kind = parameter.kind(self.engine)
        if kind is None or (kind.element_type or kind).name in _TAKE_SCRIPT_BLOCKS:
            return False
        return any(self._flag(parameter, self.valid, flag) for flag in ("by_value", "by_name"))

    def _set(self, parameter: Parameter, value: Any, extent: Extent | None) -> None:
        key = parameter.key
        self.bound[key] = self.coerce(parameter, value, extent)
        self.extents[key] = extent

    def _ambiguous_set(self) -> PSError:
        return self.failure(
            "Parameter set cannot be resolved using the specified named parameters.", "AmbiguousParameterSet"
        )


def _shown(value: Any) -> str:
    return to_text(value)


def _fits(value: Any, kind: PSType) -> bool:
    """True when the value can be bound without a conversion; a single value fits an array of its type."""
    if kind.name in ("System.Object", "System.Management.Automation.PSObject"):
        return True
    if value is None:
        return not kind.is_value_type
    inner = unwrap(value)
    if type(value) is PSObject and value.base is None:
        if kind.name in value.type_names or (
            kind.element_type and kind.element_type.name in value.type_names
        ):
            return True
        return kind.name in ("System.Object[]", "System.Management.Automation.PSObject[]")
    actual = type_of(inner)
    if actual.is_assignable_to(kind):
        return True
    element = kind.element_type
    if element is None:
        if kind.definition == "System.Nullable`1":
            return actual.is_assignable_to(kind.arguments[0])
        return False
    if type(inner) in LIST_TYPES:
        return all(item is not None and type_of(unwrap(item)).is_assignable_to(element) for item in inner)
    return actual.is_assignable_to(element) or element.name in (
        "System.Object",
        "System.Management.Automation.PSObject",
    )
