"""How a PowerShell module is declared.

A module is a value: its name and version, the table with the shapes of its cmdlets, and the Python modules
in which their behaviour is written. Nothing of it is loaded before a script first uses it::

    # emulator/powershell/modules/weather/__init__.py
    WEATHER = Module(
        name="Weather",
        version="1.0.0.0",
        table=CmdletTable("emulator.powershell.modules.weather"),       # cmdlets.json beside this file
        behaviours=("emulator.powershell.modules.weather.forecast",),
        aliases={"gfc": "Get-Forecast"},
        class_name="Microsoft.Weather.Commands.{verb}{noun}Command",    # for FullyQualifiedErrorId
        types=make_types,                                               # () -> iterable of PSType
        views=make_views,                                               # () -> iterable of format views
    )

    # emulator/powershell/modules/weather/forecast.py
    @cmdlet("Get-Forecast")
    def get_forecast(call: CmdletCall, city: list[str], detailed: bool = False) -> Iterator[object]:
        for one in city:
            station = call.service(Stations).find(one)
            if station is None:
                call.error(call.record("System.ArgumentException", f"No station in {one}.",
                                       "NoStation", "ObjectNotFound", one))
                continue
            yield station.forecast(detailed)

Rules of a behaviour:

* A function runs once for each input object (once in all without pipeline input), after binding. Its keyword
  arguments are the parameters of the table whose names, without regard to case and underscores, are the same
  (``vm_name`` is VMName); those that were not given keep their Python default. What it yields or passes to
  ``call.write`` goes down the pipeline, one object at a time, not unrolled.
* A parameter that a script gives and the behaviour does not name is an error that says so: nothing is
  ignored in silence. What a function asks ``call`` for, or takes by ``**others``, it names with
  ``@cmdlet(..., reads=("City",))``; a parameter that rightly makes no difference is handed in with the
  reason (`module_tables.hand_in`).
* A class derived from `Cmdlet` may have ``begin``, ``process`` and ``end``; a new instance serves each call.
  It names what it takes with ``accepts = ("Property", ...)``.
* A cmdlet of the table without behaviour can be found by Get-Command and fails loudly when it is called.
"""

from __future__ import annotations

import ntpath
from collections.abc import Callable, Iterable, Mapping
from copy import copy
from importlib import import_module
from typing import TYPE_CHECKING, Any

from emulator.garbage_collection import no_collection
from emulator.powershell.dotnet.types import PSType
from emulator.powershell.runtime.metadata import CommandMetadata
from emulator.powershell.runtime.module_tables import behaviour_index
from emulator.powershell.runtime.table import CmdletTable
from emulator.record import MutableRecord, field

if TYPE_CHECKING:
    from emulator.powershell.format.views import View
    from emulator.powershell.runtime.cmdlet_call import CmdletCall
    from emulator.powershell.runtime.errors import ErrorRecord

__all__ = ["Cmdlet", "CmdletBehaviour", "CmdletTable", "Module", "cmdlet"]

_TAKES_OTHERS, _IS_GENERATOR = 0x08, 0x20  # CO_VARKEYWORDS and CO_GENERATOR of a code object


class Cmdlet:
    """Base of cmdlets that need more than one function. ``call`` is set before ``begin``."""

    accepts: tuple[str, ...] = ()
    call: CmdletCall

    def begin(self) -> None:
        """Before the first input object."""

    def process(self) -> None:
        """For each input object, after its parameters were bound."""

    def end(self) -> None:
        """After the last input object."""

    def dispose(self) -> None:
        """When the pipeline is over, also after an error."""


class CmdletBehaviour(MutableRecord):
    """What a cmdlet does: a function or a class.

    ``arguments`` names every parameter that makes a difference, squeezed, with the Python name under which
    the function gets it; "" when the behaviour asks its call for it. Every other parameter is refused, but
    for those that `module_tables.makes_no_difference` knows. ``takes_others`` is a function with
    ``**others``: it gets what it reads by lower-case names.
    """

    name: str
    target: Callable[..., Any] | type[Cmdlet]
    is_class: bool
    arguments: dict[str, str]
    takes_others: bool
    is_generator: bool


def squeeze(name: str) -> str:
    """A parameter or argument name without case and underscores."""
    return name.replace("_", "").lower()


def cmdlet(name: str, *, reads: tuple[str, ...] = ()) -> Callable[[Any], Any]:
    """Declare the behaviour of a cmdlet.

    ``reads`` names the parameters that the behaviour asks its call for, or takes by ``**others``; those that
    are arguments of the function need not be named.
    """

    def declare(target: Any) -> Any:
        is_class = isinstance(target, type)
        arguments: dict[str, str] = {squeeze(one): "" for one in reads}
        is_generator = takes_others = False
        if is_class:
            arguments.update({squeeze(one): one for one in target.accepts})
        else:
            code = target.__code__  # `inspect.signature` makes an object of each parameter of each cmdlet
            names = code.co_varnames[1 : code.co_argcount + code.co_kwonlyargcount]
            takes_others = bool(code.co_flags & _TAKES_OTHERS)
            arguments.update({squeeze(one): one for one in names})
            is_generator = bool(code.co_flags & _IS_GENERATOR)
        target.__cmdlet__ = (
            *getattr(target, "__cmdlet__", ()),
            CmdletBehaviour(name, target, is_class, arguments, takes_others, is_generator),
        )
        return target

    return declare


def _none() -> tuple[Any, ...]:
    return ()


def _unexplained(_call: CmdletCall, _problem: Exception) -> None:
    return None


class Module(MutableRecord, eq=False):
    """A module. ``loaded_at_start`` modules are there without Import-Module; others load on first use."""

    name: str
    version: str = "1.0.0.0"
    table: CmdletTable | None = None
    behaviours: tuple[str, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)
    class_name: str = "Microsoft.PowerShell.Commands.{verb}{noun}Command"
    class_names: Mapping[str, str] = field(default_factory=dict)
    types: Callable[[], Iterable[PSType]] = field(default_factory=lambda: _none)
    missing: Mapping[str, str] = field(default_factory=dict)
    """Why cmdlets of the table have no behaviour, by name; the error says it."""
    reads: frozenset[str] = frozenset()
    """Lower-case names of parameters that what all cmdlets of the module go through reads."""
    early_types: tuple[str, ...] = ()
    """Beginnings of lower-case names of types that scripts may name before the module is loaded."""
    assemblies: tuple[str, ...] = ()
    """Assemblies that bring the types without the module, for scripts that load them by name."""
    views: Callable[[], Iterable[View]] = field(default_factory=lambda: _none)
    functions: Mapping[str, str] = field(default_factory=dict)
    metadata: Mapping[str, CommandMetadata] = field(default_factory=dict)
    loaded_at_start: bool = False
    words: frozenset[str] = frozenset()
    """Lower-case names of its commands that have no dash, whose use loads the module too."""
    releases: frozenset[str] | None = None
    description: str = ""
    guid: str = "00000000-0000-0000-0000-000000000000"
    path: str = ""
    base: str = ""
    """ModuleBase, where it is not the folder of ``path``."""
    help_addresses: Mapping[str, str] = field(default_factory=dict)
    """HelpInfoUri by release; "" stands for every other one."""
    module_type: str = "Manifest"
    #: AccessMode: ReadWrite, ReadOnly or Constant, which Remove-Module minds.
    access_mode: str = "ReadWrite"
    explain: Callable[[CmdletCall, Exception], ErrorRecord | None] = field(
        default_factory=lambda: _unexplained
    )
    """The error that stands for an exception that a cmdlet let through: a refusal of what lies below."""
    #: PSJobTypeName of the jobs that its cmdlets start with -AsJob; empty when that is not emulated.
    job_kind: str = ""
    types_of_behaviours: Mapping[str, str] = field(default_factory=dict)
    """Lower-case names of types that scripts may name before a cmdlet makes one -> module that has them."""
    _behaviours: dict[str, CmdletBehaviour] = field(default_factory=dict)
    _imported: set[str] = field(default_factory=set)
    _aliases: dict[str, dict[str, tuple[str, str]]] = field(default_factory=dict)

    def has_cmdlet(self, name: str, release: str) -> bool:
        """True when the module has the cmdlet in the release."""
        if self.metadata and name.lower() in {one.lower() for one in self.metadata}:
            return True
        return self.table is not None and self.table.exists(name, release)

    def cmdlet_names(self, release: str) -> list[str]:
        """Names of the cmdlets of the release."""
        return [*(self.table.names(release) if self.table else ()), *self.metadata]

    def aliases_of(self, release: str) -> Mapping[str, tuple[str, str]]:
        """The aliases whose commands the release has: by name in small letters the name and the command."""
        found = self._aliases.get(release)
        if found is None:
            found = self._aliases[release] = {
                alias.lower(): (alias, target)
                for alias, target in self.aliases.items()
                if target in self.functions or self.has_cmdlet(target, release)
            }
        return found

    @property
    def folder(self) -> str:
        """ModuleBase."""
        return self.base or ntpath.dirname(self.path)

    def help_address(self, release: str) -> str:
        """HelpInfoUri in a release; empty when nothing is known of it."""
        return self.help_addresses.get(release) or self.help_addresses.get("", "")

    def cmdlet_metadata(self, name: str, release: str) -> CommandMetadata | None:
        """The shape of a cmdlet."""
        for one, found in self.metadata.items():
            if one.lower() == name.lower():
                return found
        return self.table.metadata(name, release) if self.table else None

    def behaviour(self, name: str) -> CmdletBehaviour | None:
        """What a cmdlet does, or None when that is not emulated.

        Imports the module that the index names, and all of them for a cmdlet that it does not know.
        """
        key = name.lower()
        found = self._behaviours.get(key)
        if found is None and len(self._imported) < len(self.behaviours):
            with no_collection:
                self._import(behaviour_index().get(key, ""))
                if key not in self._behaviours:
                    for path in self.behaviours:
                        self._import(path)
            found = self._behaviours.get(key)
        return found

    def give_parameters(self, name: str, metadata: CommandMetadata, names: Iterable[str]) -> None:
        """Give a cmdlet that has a behaviour the parameters of other metadata: ``names`` are those of them
        that the behaviour reads besides its own."""
        behaviour = self.behaviour(name)
        assert behaviour is not None  # noqa: S101 - callers change cmdlets of their own module
        self.metadata = {**self.metadata, name: metadata}
        changed = copy(behaviour)
        changed.arguments = {**behaviour.arguments, **{squeeze(one): one for one in names}}
        self._behaviours[name.lower()] = changed

    def _import(self, path: str) -> None:
        if path not in self.behaviours or path in self._imported:
            return
        for value in vars(import_module(path)).values():
            declared = getattr(value, "__cmdlet__", None)
            if isinstance(declared, tuple):
                self._behaviours.update({one.name.lower(): one for one in declared})
        self._imported.add(path)

    def implementing_class(self, name: str) -> str:
        """The .NET class of a cmdlet, as error ids name it."""
        special = self.class_names.get(name)
        if special is not None:
            return special
        verb, _, noun = name.partition("-")
        return self.class_name.format(verb=verb, noun=noun)
