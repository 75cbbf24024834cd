"""Applying an embedded instance to existing settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from emulator.cim.errors import NotFound as NoInstance
from emulator.host.errors import HostError, InvalidParameter, NotFound
from emulator.wmi.changes import Rule, first_text, read_changes, text, unbraced

if TYPE_CHECKING:
    from emulator.cim.instance import ValueInstance
    from emulator.wmi.namespace import Namespace
    from emulator.wmi.view import View, ViewInstance


def changed_target(namespace: Namespace, settings: ValueInstance) -> ViewInstance[Any]:
    """The existing settings that an embedded instance names by its InstanceID.

    Raises InvalidParameter, NotFound.
    """
    instance_id = settings.value("InstanceID")
    if not instance_id:
        raise InvalidParameter("InstanceID is missing.")
    try:
        return namespace.resolve(settings.declaration.name, {"InstanceID": instance_id})
    except NoInstance as error:
        raise NotFound(f"There are no settings {instance_id!s:.128}.") from error


def change_parts(view: View[Any], item: Any, settings: ValueInstance, writable: Mapping[str, Rule]) -> None:
    """Change an object and its parts, all or none.

    Raises what the host refuses with, and ReadOnlyPropertyError. The parts come first, and are put back
    when the object itself refuses.
    """
    changes = read_changes(view, item, settings, writable)
    own = changes.pop("", {})
    done: list[tuple[Any, dict[str, Any]]] = []
    try:
        for owner, values in changes.items():
            part = getattr(item, owner)
            before = {name: getattr(part, name) for name in values}
            part.configure(**values)
            done.append((part, before))
        if own:
            item.configure(**own)
    except HostError:
        for part, before in reversed(done):
            part.configure(**before)
        raise


def change_by_table(
    writable: Mapping[str, Rule],
) -> Callable[[View[Any], Any, ValueInstance], None]:
    """What changes an object whose settings are all its own."""

    def change(view: View[Any], item: Any, settings: ValueInstance) -> None:
        changes = read_changes(view, item, settings, writable).get("")
        if changes:
            item.configure(**changes)

    return change


_SWITCHED = {"EnabledState": Rule("", "EnabledState", text)}
_ENABLED = 2


def change_component(view: View[Any], item: Any, settings: ValueInstance) -> None:
    """Switch an integration component on or off."""
    if read_changes(view, item, settings, _SWITCHED):
        item.enable(settings.value("EnabledState") == _ENABLED)


def wanted_identifier(instance: ValueInstance) -> str | None:
    """The GUID that a client wants a device to have."""
    given = first_text(instance, "VirtualSystemIdentifiers")
    return None if given is None else unbraced(given)
