"""Reading an embedded instance as changes of host settings.

Only the key and the changed properties need to be there: a property that is absent or NULL, or that has the
present value, changes nothing; so a client may send back a whole instance that it read. A changed value of a
property that cannot be written refuses the call (recorded host: 32768).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from emulator.cim.errors import ProviderNotCapable, ReadOnly
from emulator.host.errors import HostError, InvalidParameter

if TYPE_CHECKING:
    from emulator.cim.instance import ValueInstance
    from emulator.cim.types import CimValue
    from emulator.wmi.view import View

Read = Callable[["CimValue"], Any]
_MEBIBYTE = 1 << 20


class ReadOnlyPropertyError(HostError):
    """A property that cannot be written was given another value."""

    code = 32768


class Rule(NamedTuple):
    """Where the value of a property goes: whose setting it is, its name there, and how to read the value.

    ``owner`` is a part of the object such as ``firmware``, or empty for the object itself.
    """

    owner: str
    setting: str
    read: Read


def read_changes(
    view: View[Any], item: Any, instance: ValueInstance, writable: Mapping[str, Rule]
) -> dict[str, dict[str, Any]]:
    """The changes by owner and setting. Raises ReadOnlyPropertyError, InvalidParameter."""
    changes: dict[str, dict[str, Any]] = {}
    for name in sorted(instance.present):
        value = instance.value(name)
        if value is None or name in view.declaration.keys or same(value, view.read(item, name)):
            continue
        rule = writable.get(name)
        if rule is None:
            raise ReadOnlyPropertyError(f"The property {name} cannot be changed.")
        changes.setdefault(rule.owner, {})[rule.setting] = rule.read(value)
    return changes


def put_changes(
    view: View[Any], item: Any, instance: ValueInstance, writable: Mapping[str, Rule]
) -> dict[str, Any]:
    """The changes that a Put makes, by setting; absent, NULL and unchanged properties change nothing.

    Raises ReadOnly for a property that cannot be written, ProviderNotCapable for one that Windows lets be
    written and the emulator does not (it is counted as a gap), TypeMismatch.
    """
    changes: dict[str, Any] = {}
    for name in sorted(instance.present):
        value = instance.value(name)
        if value is None or same(value, view.read(item, name)):
            continue
        rule = writable.get(name)
        if rule is not None:
            changes[rule.setting] = rule.read(value)
        elif view.declaration.property(name).writable:
            view.namespace.service.record_gap(view.namespace.name, f"{view.class_name}.{name}")
            raise ProviderNotCapable(f"{view.class_name}.{name} cannot be changed in the emulator")
        else:
            raise ReadOnly(f"{view.class_name}.{name}")
    return changes


def wanted_settings(instance: ValueInstance, writable: Mapping[str, Rule]) -> dict[str, dict[str, Any]]:
    """The settings that an instance states for something new.

    Properties that cannot be written are left out.
    """
    wanted: dict[str, dict[str, Any]] = {}
    for name in sorted(instance.present):
        rule, value = writable.get(name), instance.value(name)
        if rule is not None and value is not None:
            wanted.setdefault(rule.owner, {})[rule.setting] = rule.read(value)
    return wanted


def same(given: CimValue, present: CimValue) -> bool:
    """Whether a given value is the present one.

    Text compares without case, an empty text or list is no value.
    """
    if isinstance(given, str) and isinstance(present, str):
        return given.casefold() == present.casefold()
    if given in ("", []) and present in (None, "", []):
        return True
    return given == present


def text(value: CimValue) -> str:
    """A string."""
    return str(value)


def number(value: CimValue) -> int:
    """An integer; the type was checked when the text was read."""
    if isinstance(value, int):
        return int(value)
    raise InvalidParameter(f"'{value!s:.64}' is not a number.")


def flag(value: CimValue) -> bool:
    """A boolean."""
    return value is True


def megabytes(value: CimValue) -> int:
    """Bytes from a number of MB."""
    return number(value) * _MEBIBYTE


def lines(value: CimValue) -> str:
    """One text from an array of lines, or from a plain string."""
    return "\n".join(str(line) for line in value) if isinstance(value, list) else str(value)


def texts(value: CimValue) -> list[str]:
    """The elements of an array of strings."""
    return [str(element) for element in value] if isinstance(value, list) else [str(value)]


def interval_seconds(value: CimValue) -> int:
    """Whole seconds of an interval."""
    if isinstance(value, timedelta):
        return int(value.total_seconds())
    raise InvalidParameter(f"'{value!s:.64}' is not an interval.")


def interval_minutes(value: CimValue) -> int:
    """Whole minutes of an interval."""
    return interval_seconds(value) // 60


def numbers(value: CimValue) -> tuple[int, ...]:
    """The elements of an array of integers."""
    return tuple(number(element) for element in value) if isinstance(value, list) else (number(value),)


def unbraced(value: CimValue) -> str:
    """A GUID without braces."""
    return str(value).strip("{}")


def first_text(instance: ValueInstance, name: str) -> str | None:
    """The first text of an array property that is not empty."""
    value = value_of(instance, name)
    texts = value if isinstance(value, list) else [value]
    return next((str(each) for each in texts if each), None)


def text_of(instance: ValueInstance, name: str) -> str:
    """A text property; empty when it is NULL."""
    value = value_of(instance, name)
    return "" if value is None else str(value)


def value_of(instance: ValueInstance, name: str) -> CimValue:
    """The value of a property; None also when the class does not have it in this release."""
    return instance.value(name) if instance.declaration.find_property(name) is not None else None
