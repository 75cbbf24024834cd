# ruff: noqa: ARG002 - what a provider does not support looks at no argument
"""What a provider is: items by path, with content and children."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.exceptions import ExceptionObject
from emulator.powershell.runtime.errors import ErrorRecord, PSError, error, not_emulated

if TYPE_CHECKING:
    from emulator.powershell.providers.item_change import ItemChange
    from emulator.powershell.providers.paths import Place
    from emulator.powershell.runtime.engine import Engine


def normal(path: str) -> str:
    """A path without empty parts, dots and steps back."""
    parts: list[str] = []
    for part in path.split("\\"):
        if part == "..":
            if parts:
                parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "\\".join(parts)


class Provider:
    """Base of all providers. Paths are full paths of the provider, with backslashes, ``""`` for its root.

    A host adds its own (Registry, Certificate, WSMan ...) by the service `ItemProviders`. What a provider
    does not override is refused with the text of Windows PowerShell.
    """

    name = ""
    module = "Microsoft.PowerShell.Core"
    capabilities = "ShouldProcess"
    has_containers = False
    container_kind, leaf_kind = "Directory", "File"
    """What New-Item and Remove-Item call an item when they ask."""
    copy_action, rename_goal = "Copy Item", "Destination"
    """What Copy-Item and Rename-Item say when they ask."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @property
    def full_name(self) -> str:
        """The name with that of its module."""
        return f"{self.module}\\{self.name}"

    def drives(self) -> Iterator[tuple[str, str, str]]:
        """Name, root and description of the drives that are there without New-PSDrive."""
        yield from ()

    def room(self, path: str) -> tuple[int, int] | None:
        """Used and free bytes of where a path is; None where there is no such thing."""
        return None

    def exists(self, path: str) -> bool:
        """True when there is an item."""
        raise NotImplementedError

    def absent(self, path: str, shown: str) -> PSError:
        """Why there is no item, for somebody who asked for it."""
        del path
        return not_there(shown)

    def is_container(self, path: str) -> bool:
        """True when the item has, or could have, children."""
        return path == ""

    def item(self, path: str) -> Any:
        """The item as a value."""
        raise NotImplementedError

    def children(self, path: str) -> Iterator[str]:
        """The names of the children, in order."""
        raise self._unsupported("Get-ChildItem")

    def holds_children(self, path: str) -> bool:
        """Whether Remove-Item takes more than the item itself."""
        return next(iter(self.children(path)), None) is not None

    def make(self, path: str, item_type: str | None, value: Any, force: bool) -> Any:
        """New-Item; the item."""
        raise self._unsupported("New-Item")

    def remove(self, path: str, recurse: bool, force: bool) -> None:
        """Remove-Item."""
        raise self._unsupported("Remove-Item")

    def write(self, path: str, value: Any) -> None:
        """Set-Item."""
        raise self._unsupported("Set-Item")

    def question(self, path: str) -> tuple[str, str] | None:
        """What Set-Item without -Force asks before it writes, as query and caption; None for nothing."""
        return None

    def joined(self, path: str, value: Any) -> Any:
        """What Set-Item -Concatenate writes."""
        return value

    def new_question(self, path: str) -> tuple[str, str] | None:
        """What New-Item with `make_with` asks without -Force, as query and caption; None for nothing."""
        return None

    def make_with(self, path: str, options: dict[str, Any]) -> tuple[Any, str]:
        """New-Item with parameters that only this provider has; the item and its path."""
        raise self._unsupported("New-Item")

    def remove_item(self, change: ItemChange, place: Place) -> None:
        """Remove-Item of an item that is there, with what it asks."""
        is_folder = self.has_containers and self.is_container(place.path)
        kind = self.container_kind if is_folder else self.leaf_kind
        asked = (
            (place.path, f"Remove {kind}") if self.has_containers else (f"Item: {place.path}", "Remove Item")
        )
        if change.allows(*asked):
            self.remove(place.path, change.recurse, change.force)

    def rename_item(self, change: ItemChange, place: Place, name: str) -> None:
        """Rename-Item, with what it asks."""
        if change.allows(f"Item: {place.shown} {self.rename_goal}: {name}", "Rename Item"):
            change.made(place._replace(path=self.rename(place.path, name)))

    def move_item(self, change: ItemChange, place: Place, target: Place) -> None:
        """Move-Item, with what it asks."""
        if change.allows_transfer(place.shown, target.shown, "Move Item"):
            change.made(target._replace(path=self.move(place.path, target.path)))

    def copy_item(self, change: ItemChange, place: Place, target: Place) -> None:
        """Copy-Item, with what it asks."""
        if change.allows_transfer(place.shown, target.shown, self.copy_action):
            change.made(target._replace(path=self.copy(place.path, target.path, change.recurse)))

    def rename(self, path: str, name: str) -> str:
        """Rename-Item; the new path."""
        raise self._unsupported("Rename-Item")

    def move(self, path: str, target: str) -> str:
        """Move-Item; the new path."""
        raise self._unsupported("Move-Item")

    def copy(self, path: str, target: str, recurse: bool) -> str:
        """Copy-Item; the path of the copy."""
        raise self._unsupported("Copy-Item")

    def content(self, path: str) -> Any:
        """Get-Content: a text, or the objects."""
        raise self._unsupported("Get-Content")

    def set_content(self, path: str, values: list[Any]) -> None:
        """Set-Content."""
        raise self._unsupported("Set-Content")

    def properties(self, path: str) -> list[tuple[str, Any]] | None:
        """Get-ItemProperty: names and values; None when the item itself has them."""
        raise self._unsupported("Get-ItemProperty")

    def set_property(self, path: str, name: str, value: Any, kind: str | None) -> None:
        """Set-ItemProperty."""
        raise self._unsupported("Set-ItemProperty")

    def make_property(self, path: str, name: str, value: Any, kind: str | None, force: bool) -> None:
        """New-ItemProperty."""
        raise self._unsupported("New-ItemProperty")

    def remove_property(self, path: str, name: str) -> None:
        """Remove-ItemProperty of one that is there."""
        raise self._unsupported("Remove-ItemProperty")

    def require_dynamic_properties(self) -> None:
        """Raise PSNotSupportedException unless properties can be made, copied and moved."""
        text = (
            "Cannot use interface. The IDynamicPropertyCmdletProvider interface is not implemented by this "
            "provider."
        )
        kind = "System.Management.Automation.PSNotSupportedException"
        raise error(text, "NotSupported", "NotImplemented", kind=kind)

    def copy_property(self, path: str, name: str, target: str) -> None:
        """Copy-ItemProperty to another item that is there."""
        raise self._unsupported("Copy-ItemProperty")

    def tidy(self, path: str) -> str:
        """A path behind the provider's name as the other methods take it."""
        return normal(path)

    def shown_path(self, path: str) -> str:
        """The path as PSPath shows it, without the name of the provider."""
        return path

    def _unsupported(self, _command: str) -> PSError:
        return error(
            "Provider operation stopped because the provider does not support this operation.",
            "NotSupported",
            "NotImplemented",
            kind="System.Management.Automation.PSNotSupportedException",
        )

    def gap(self, what: str) -> PSError:
        """Refuse loudly what Windows can do here and the emulator cannot."""
        self.engine.gap("provider", f"{self.name}: {what}")
        return not_emulated(f"{what} of the {self.name} provider")


def null_path() -> PSError:
    """PSArgumentNullException of a path."""
    return error(
        'Cannot process argument because the value of argument "path" is null. Change the value of argument '
        '"path" to a non-null value.',
        "ArgumentNull",
        "InvalidArgument",
        kind="System.Management.Automation.PSArgumentNullException",
    )


def not_there(path: str) -> PSError:
    """ItemNotFoundException."""
    exception = ExceptionObject(
        "System.Management.Automation.ItemNotFoundException",
        f"Cannot find path '{path}' because it does not exist.",
        itemname=path,
    )
    return PSError(ErrorRecord(exception, "PathNotFound", "ObjectNotFound", path))
