"""[PesterConfiguration] and its sections: options that know their default and whether they were changed."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

from emulator.powershell.dotnet.collections import DICTIONARY_TYPES, TypedArray
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.types import PSType, Table, array_of, builtin, register
from emulator.powershell.modules.pester.options import KINDS, SECTIONS
from emulator.powershell.runtime.conversion import convert, items_of, to_bool, to_text


class Option:
    """One option. ``value`` and ``default`` are values of scripts."""

    __slots__ = ("default", "description", "is_modified", "kind", "value")

    def __init__(self, kind: str, default: Any, description: str) -> None:
        self.kind = kind
        self.default = default
        self.description = description
        self.value = default
        self.is_modified = False

    @property
    def ps_type(self) -> PSType:
        """Its .NET class."""
        return TYPES_OF_OPTIONS[self.kind]

    def take(self, value: Any) -> None:
        """Set it as an assignment does: another option gives its value."""
        held = unwrap(value)
        self.value = _value(self.kind, held.value if isinstance(held, Option) else value)
        self.is_modified = True


class Section:
    """One section of a configuration: its options by lower-case name."""

    __slots__ = ("name", "options")

    def __init__(self, name: str) -> None:
        self.name = name
        self.options = {
            key.lower(): Option(kind, _value(kind, default), text)
            for key, (kind, default, text) in SECTIONS[name].items()
        }

    @property
    def ps_type(self) -> PSType:
        """Its .NET class."""
        return TYPES_OF_SECTIONS[self.name]

    def take(self, table: Any) -> None:
        """The values of a dictionary, or another section; keys that are no options are passed over."""
        held = unwrap(table)
        if isinstance(held, Section):
            for key, option in held.options.items():
                if option.is_modified and key in self.options:
                    self.options[key].take(option)
            return
        for key, value in held.items() if type(held) in DICTIONARY_TYPES else ():
            known = self.options.get(to_text(key).lower())
            if known is not None:
                known.take(value)


class Configuration:
    """A whole configuration, by lower-case name of the section."""

    __slots__ = ("sections",)

    def __init__(self) -> None:
        self.sections = {name.lower(): Section(name) for name in SECTIONS}

    def value(self, section: str, option: str) -> Any:
        """The value of an option."""
        return self.sections[section.lower()].options[option.lower()].value

    def set(self, section: str, option: str, value: Any) -> None:
        """Change an option."""
        self.sections[section.lower()].options[option.lower()].take(value)

    def texts(self, section: str, option: str) -> list[str]:
        """The values of an option that has several texts."""
        return [to_text(one) for one in self.value(section, option)]

    def take(self, table: Any) -> None:
        """The values of a dictionary of sections, or what another configuration changed."""
        held = unwrap(table)
        if isinstance(held, Configuration):
            for name, section in held.sections.items():
                self.sections[name].take(section)
            return
        for key, value in held.items() if type(held) in DICTIONARY_TYPES else ():
            known = self.sections.get(to_text(key).lower())
            if known is not None:
                known.take(value)


def configuration_of(value: Any) -> Configuration:
    """A configuration of its own with what a dictionary or another configuration says."""
    made = Configuration()
    if value is not None:
        made.take(value)
    return made


def _value(kind: str, value: Any) -> Any:
    """A value as the option keeps it. Raises ConversionError."""
    if kind == "bool":
        return to_bool(value)
    if kind == "text":
        return to_text(value)
    if kind == "number":
        return convert(value, builtin("System.Decimal"))
    if kind == "containers":
        importlib.import_module("emulator.powershell.modules.pester.types")  # which uses this module
    item = builtin(KINDS[kind][1].removesuffix("[]"))
    items = () if value is None else items_of(value)
    return TypedArray([convert(one, item) for one in items], array_of(item))


def _option_type(kind: str) -> PSType:
    name, value_type = KINDS[kind]
    shared: Table = {
        f"Default: {value_type}": lambda option: option.default,
        "Description: System.String": lambda option: option.description,
        f"Value: {value_type}": lambda option: option.value,
        "IsModified: System.Boolean": lambda option: option.is_modified,
    }

    def made(_kind: PSType, value: Any) -> Option:
        option = Option(kind, _value(kind, value), "")
        option.is_modified = True
        return option

    return PSType(name, instance=shared, construct={"new(System.Object value)": made}, to_text=_shown)


def _shown(option: Option) -> str:
    return f"{option.description} ({to_text(option.value)}, default: {to_text(option.default)})"


def _section_type(name: str) -> PSType:
    def reader(key: str) -> Callable[[Section], Option]:
        return lambda section: section.options[key]

    def writer(key: str) -> Callable[[Section, Any], None]:
        return lambda section, value: section.options[key].take(value)

    table: dict[str, Callable[..., Any]] = {}
    for option, (kind, _default, _text) in SECTIONS[name].items():
        table[f"{option}: {KINDS[kind][0]}"] = reader(option.lower())
        table[f"{option}="] = writer(option.lower())

    def made(_kind: PSType, values: Any = None) -> Section:
        section = Section(name)
        section.take(values)
        return section

    construct = {"new()": made, "new(System.Collections.Hashtable configuration)": made}
    return PSType(
        f"Pester.{name}Configuration",
        base="Pester.ConfigurationSection",
        instance=table,
        construct=construct,
    )


def _made(_kind: PSType, table: Any = None) -> Configuration:
    return configuration_of(table)


def _whole() -> PSType:
    def reader(key: str) -> Callable[[Configuration], Section]:
        return lambda whole: whole.sections[key]

    def writer(key: str) -> Callable[[Configuration, Any], None]:
        def write(whole: Configuration, value: Any) -> None:
            made = Section(whole.sections[key].name)
            made.take(value)
            whole.sections[key] = made

        return write

    table: dict[str, Callable[..., Any]] = {}
    for name in SECTIONS:
        table[f"{name}: Pester.{name}Configuration"] = reader(name.lower())
        table[f"{name}="] = writer(name.lower())
    return PSType(
        "PesterConfiguration",
        instance=table,
        static={"Default: PesterConfiguration": Configuration, "ShallowClone(object one)": configuration_of},
        construct={"new()": _made, "new(System.Collections.Hashtable configuration)": _made},
    )


TYPES_OF_OPTIONS = {kind: register(_option_type(kind)) for kind in KINDS}
_SECTION = register(PSType("Pester.ConfigurationSection", is_abstract=True))
TYPES_OF_SECTIONS = {name: register(_section_type(name)) for name in SECTIONS}
TYPES = (_SECTION, *TYPES_OF_OPTIONS.values(), *TYPES_OF_SECTIONS.values(), register(_whole(), Configuration))
"""All types of a configuration."""
