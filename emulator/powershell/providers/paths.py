"""Drives, the current location, and the way from a path of a script to items."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from emulator.powershell.dotnet.psobject import NoteProperty, PSObject
from emulator.powershell.dotnet.regex import is_wildcard, like
from emulator.powershell.providers.file_system import FileSystemProvider
from emulator.powershell.providers.provider import Provider, normal, null_path
from emulator.powershell.providers.session_items import (
    AliasProvider,
    EnvironmentProvider,
    FunctionProvider,
    VariableProvider,
)
from emulator.powershell.runtime.errors import PSError, error
from emulator.powershell.runtime.registry_service import RegistryStore
from emulator.powershell.runtime.scope import Variable
from emulator.powershell.runtime.services import FolderStore, ItemProviders, Location

if TYPE_CHECKING:
    from emulator.powershell.providers.transactions import TransactionManager
    from emulator.powershell.runtime.engine import Engine
    from emulator.powershell.runtime.scope import Scope

MAXIMUM_DRIVES = 4096
_DRIVE = re.compile(r"([^\\/:*?\"<>|]+):(?!:)(.*)", re.DOTALL)
_PROVIDER = re.compile(r"([A-Za-z0-9_.\\]+)::(.*)", re.DOTALL)
#: How the hidden variables begin that hold drives of scopes.
_HELD = "[psdrive]"
_BUILTIN: tuple[type[Provider], ...] = (
    AliasProvider,
    EnvironmentProvider,
    FileSystemProvider,
    FunctionProvider,
    VariableProvider,
)


class Drive:
    """A drive (PSDriveInfo). ``root`` is a path of the provider."""

    __slots__ = ("current", "description", "maximum_size", "name", "provider", "root")

    def __init__(self, name: str, provider: Provider, root: str, description: str = "") -> None:
        self.name = name
        self.provider = provider
        self.root = root
        self.description = description
        self.current = ""
        self.maximum_size: int | None = None
        """Bytes that Copy-Item may put on it; None for as many as there is room for."""

    def full(self, rest: str) -> str:
        """The provider's path of a path of the drive."""
        if not rest:
            return self.root
        return f"{self.root.rstrip(chr(92))}\\{rest}" if self.root else rest

    def shown(self, path: str) -> str:
        """A path of the provider as a path of the drive."""
        root = self.root.rstrip("\\")
        rest = path[len(root) :].lstrip("\\") if path.lower().startswith(root.lower()) else path
        if not self.root and not self.provider.has_containers:
            return f"{self.name}:\\{rest}" if rest else f"{self.name}:\\"
        return f"{self.name}:\\{rest}"

    def __str__(self) -> str:
        return self.name


class Place(NamedTuple):
    """Where a path leads: the provider, its path, and the drive when the path names one."""

    provider: Provider
    path: str
    drive: Drive | None

    @property
    def shown(self) -> str:
        """The path for people."""
        if self.drive is not None:
            return self.drive.shown(self.path)
        return self.provider.shown_path(self.path)

    @property
    def full_name(self) -> str:
        """PSPath: with the provider's name."""
        return f"{self.provider.full_name}::{self.provider.shown_path(self.path)}"


class PathInfo:
    """System.Management.Automation.PathInfo."""

    __slots__ = ("place",)

    def __init__(self, place: Place) -> None:
        self.place = place

    def __str__(self) -> str:
        """Behind its drive, or else behind its provider."""
        return self.place.shown if self.place.drive is not None else self.place.full_name


class Paths:
    """The drives and locations of one runspace."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        hosted = engine.find_service(ItemProviders)
        made: Iterable[Provider] = [one(engine) for one in _BUILTIN]
        self.providers = {one.name.lower(): one for one in made}
        if engine.find_service(RegistryStore) is not None:
            from emulator.powershell.providers.registry import RegistryProvider

            self.providers["registry"] = RegistryProvider(engine)
        for one in hosted.providers(engine) if hosted is not None else ():
            self.providers[one.name.lower()] = one
        self._drives: dict[str, Drive] = {}
        self._has_local_drives = False
        for provider in self.providers.values():
            for name, root, description in provider.drives():
                self._drives[name.lower()] = Drive(name, provider, root, description)
        self.stacks: dict[str, list[Place]] = {}
        self.default_stack = ""
        """The name of the stack of locations that -StackName of Set-Location chose."""
        self._transactions: TransactionManager | None = None
        self.location = self._start()

    @property
    def transactions(self) -> TransactionManager:
        """The transactions of the session."""
        if self._transactions is None:
            from emulator.powershell.providers.transactions import TransactionManager

            self._transactions = TransactionManager(self.engine.clock.now)
        return self._transactions

    def _start(self) -> Place:
        service = self.engine.find_service(Location)
        current = service.current() if service is not None else ""
        found = self._drive_qualified(current) if current else None
        if found is not None:
            return found
        provider = self.providers["filesystem"]
        drive = next((one for one in self.drives.values() if one.provider is provider), None)
        return Place(provider, drive.root if drive is not None else "C:\\", drive)

    def keep_only(self, modules: Collection[str]) -> None:
        """Have the providers of those modules (by lower-case name) only, and their drives."""
        self.providers = {
            key: one
            for key, one in self.providers.items()
            if one.full_name.partition("\\")[0].lower() in modules
        }
        self._drives = {
            key: one for key, one in self._drives.items() if one.provider.name.lower() in self.providers
        }

    # Drives

    @property
    def drives(self) -> dict[str, Drive]:
        """The drives that can be seen from where the script is, by lower-case name."""
        if not self._has_local_drives:
            return self._drives
        seen: dict[str, Drive] = {}
        scope: Scope | None = self.engine.frame.scope
        while scope is not None:
            for key, variable in scope.variables.items():
                if key.startswith(_HELD):
                    seen.setdefault(key.removeprefix(_HELD), variable.value)
            scope = scope.parent
        return {**self._drives, **seen}

    def drive(self, name: str) -> Drive | None:
        """A drive by its name. A letter that is none yet may be that of a volume that came meanwhile."""
        found = self.drives.get(name.lower())
        if found is None and len(name) == 1:
            self.follow_volumes()
            found = self.drives.get(name.lower())
        return found

    def follow_volumes(self) -> None:
        """The drives of volumes that came, and no more those of volumes that went (Get-PSDrive looks too)."""
        provider = self.providers.get("filesystem")
        if provider is None:
            return
        there = {name.lower(): (name, root, description) for name, root, description in provider.drives()}
        for key, (name, root, description) in there.items():
            if key not in self._drives:
                self._drives[key] = Drive(name, provider, root, description)
        for key, drive in list(self._drives.items()):
            is_volume = len(key) == 1 and drive.provider is provider and drive.root == f"{drive.name}:\\"
            if is_volume and key not in there and drive is not self.location.drive:
                del self._drives[key]

    def add_drive(
        self, name: str, provider: str, root: str, description: str = "", scope: Scope | None = None
    ) -> Drive:
        """New-PSDrive; a drive of a scope goes with it.

        Raises the errors of a name that is taken in the scope, a provider or root that is not there.
        """
        found = self.provider(provider)
        key = name.lower()
        is_local = scope is not None and scope.parent is not None
        taken = key in self._drives
        if scope is not None and is_local:
            taken = _HELD + key in scope.variables
        if taken or len(self.drives) >= MAXIMUM_DRIVES:
            raise error(
                f"A drive with the name '{name}' already exists.",
                "DriveAlreadyExists",
                "ResourceExists",
                name,
                kind="System.Management.Automation.SessionStateException",
            )
        if found.has_containers:
            root = self.place(root).path if found.name == "FileSystem" else found.tidy(root)
            if not found.exists(root):
                raise error(
                    f'The specified drive root "{root}" either does not exist, or it is not a folder.',
                    "DriveRootError",
                    "ReadError",
                    name,
                    kind="System.IO.IOException",
                )
        drive = Drive(name, found, root, description)
        if scope is not None and is_local:
            # Among the variables, so that it ends with its scope; nobody sees names that begin so.
            scope.variables[_HELD + key] = Variable(name, drive)
            self._has_local_drives = True
        else:
            self._drives[key] = drive
        self._tell(name, root if found.name == "FileSystem" else None)
        return drive

    def drives_of(self, scope: Scope) -> dict[str, Drive]:
        """The drives of one scope, by lower-case name."""
        if scope.parent is None:
            return self._drives
        held = scope.variables.items()
        return {key.removeprefix(_HELD): one.value for key, one in held if key.startswith(_HELD)}

    def remove_drive(self, name: str, of: Scope | None = None) -> None:
        """Remove-PSDrive: the drive of a scope, or of the innermost one that has it. Raises DriveNotFound."""
        key = name.lower()
        scope: Scope | None = self.engine.frame.scope if of is None else of
        while scope is not None and scope.variables.pop(_HELD + key, None) is None:
            scope = scope.parent
        if scope is None and self._drives.pop(key, None) is None:
            raise no_drive(name)
        left = self.drives.get(key)
        self._tell(name, left.root if left is not None and left.provider.name == "FileSystem" else None)

    def _tell(self, name: str, root: str | None) -> None:
        store = self.engine.find_service(FolderStore)
        if store is not None:
            store.map_drive(name, root)

    def provider(self, name: str) -> Provider:
        """A provider by name, perhaps with that of its module. Raises ProviderNotFound."""
        found = self.providers.get(name.rpartition("\\")[2].lower())
        if found is None:
            raise _no_provider(name)
        return found

    # Paths

    def place(self, path: str | None) -> Place:
        """As `reached`, for who a constrained session keeps from providers that are not public.

        Raises DriveNotFound, ProviderNotFound.
        """
        found = self.reached(path)
        visibility = self.engine.commands.visibility
        if visibility is None or visibility.shows_provider(found.provider.name):
            return found
        # What functions of the configuration and of modules do is not the caller's own.
        if self.engine.frame.scope.home is None:
            raise _no_provider(found.provider.name)
        return found

    def reached(self, path: str | None) -> Place:
        """Where a path leads, whether there is something or not. Raises DriveNotFound, ProviderNotFound."""
        if path is None:
            raise null_path()
        text = path.replace("/", "\\")
        qualified = _PROVIDER.fullmatch(text)
        if qualified is not None:
            provider = self.provider(qualified[1])
            return Place(provider, provider.tidy(qualified[2]), None)
        if text.startswith("\\\\"):
            return Place(self.provider("FileSystem"), text, None)
        found = self._drive_qualified(text)
        if found is not None:
            return found
        return self._relative(text)

    def _drive_qualified(self, text: str) -> Place | None:
        found = _DRIVE.fullmatch(text)
        if found is None:
            return None
        drive = self.drive(found[1])
        if drive is None:
            raise no_drive(found[1])
        rest = found[2]
        if rest and not rest.startswith("\\") and drive is self.location_drive:
            rest = f"{self._within(drive)}\\{rest}"
        return Place(drive.provider, drive.full(normal(rest)), drive)

    @property
    def location_drive(self) -> Drive | None:
        """The drive of the current location."""
        location: Place | None = getattr(self, "location", None)
        return location.drive if location is not None else None

    def _within(self, drive: Drive) -> str:
        return self.location.path[len(drive.root.rstrip("\\")) :].strip("\\")

    def _relative(self, text: str) -> Place:
        here = self.location
        if here.provider.name.lower() not in self.providers:
            raise _no_provider(here.provider.name)
        drive = here.drive
        if text == "~" or text.startswith("~\\"):
            return self.place(self.engine.machine.home + text[1:])
        if text.startswith("\\"):
            base = ""
        elif drive is not None:
            base = self._within(drive)
        else:
            base = here.path
        rest = normal(f"{base}\\{text}" if base else text)
        if drive is not None:
            return Place(here.provider, drive.full(rest), drive)
        return Place(here.provider, rest, None)

    def expand(
        self,
        path: str | None,
        literal: bool = False,
        hidden: bool = True,
        admit: Callable[[Place], Place] | None = None,
    ) -> list[Place]:
        """The items that a path, perhaps with wildcards, leads to. Raises ItemNotFoundException.

        ``admit`` is asked for each place before its provider is, and may give another provider for it.
        """
        place = self.place(path)
        if admit is not None:
            place = admit(place)
        if self.engine.tracing is not None:
            from emulator.powershell.runtime.trace_lookups import told_path

            return told_path(
                self.engine.tracing, str(path), place, lambda: self._found(place, path, literal, hidden)
            )
        return self._found(place, path, literal, hidden)

    def _found(self, place: Place, path: str | None, literal: bool, hidden: bool) -> list[Place]:
        if literal or path is None or not is_wildcard(path):
            if not place.provider.exists(place.path):
                raise place.provider.absent(place.path, place.shown)
            return [place]
        return list(self._glob(place, hidden))

    def _glob(self, place: Place, _hidden: bool) -> Iterator[Place]:
        provider, drive = place.provider, place.drive
        root = drive.root if drive is not None else ""
        parts = [one for one in place.path[len(root) :].split("\\") if one]
        found = [root]
        for index, part in enumerate(parts):
            following: list[str] = []
            for base in found:
                if not is_wildcard(part):
                    path = _join(base, part)
                    if provider.exists(path):
                        following.append(path)
                elif provider.is_container(base):
                    following.extend(_join(base, one) for one in provider.children(base) if like(one, part))
                self.engine.fuel -= 1
                if self.engine.fuel < 0:
                    self.engine.refuel()
            found = following
            if index < len(parts) - 1:
                found = [one for one in found if provider.is_container(one)]
        for one in found:
            yield Place(provider, one, drive)

    # Locations

    def go(self, place: Place) -> None:
        """Set the current location. Raises ItemNotFoundException unless it is a container."""
        if not place.provider.exists(place.path) or not place.provider.is_container(place.path):
            raise place.provider.absent(place.path, place.shown)
        # That of a transaction sees its changes only while a command uses it.
        provider = self.providers[place.provider.name.lower()]
        self.location = place._replace(provider=provider)
        if place.provider.name == "FileSystem":
            service = self.engine.find_service(Location)
            change = getattr(service, "change", None)
            if change is not None:
                change(place.path)

    # Items

    def item(self, place: Place) -> Any:
        """An item with the properties that every item has."""
        value = place.provider.item(place.path)
        return self.decorated(value, place) if not isinstance(value, list) else value

    def decorated(self, value: Any, place: Place) -> Any:
        """A value with PSPath, PSParentPath, PSChildName, PSDrive, PSIsContainer and PSProvider."""
        made = PSObject(value)
        parent, _, name = place.path.rpartition("\\")
        if parent.endswith(":"):
            parent += "\\"
        provider = place.provider
        made.add(NoteProperty("PSPath", place.full_name))
        if provider.has_containers:
            made.add(NoteProperty("PSParentPath", Place(provider, parent, None).full_name if name else ""))
        made.add(NoteProperty("PSChildName", name or place.path))
        made.add(NoteProperty("PSDrive", place.drive or self._drive_of(place)))
        made.add(NoteProperty("PSProvider", provider))
        made.add(NoteProperty("PSIsContainer", provider.is_container(place.path)))
        return made

    def _drive_of(self, place: Place) -> Drive | None:
        letter = place.path.partition(":")[0].lower()
        found = self.drives.get(letter)
        return found if found is not None and found.provider is place.provider else None


def _join(base: str, name: str) -> str:
    return f"{base.rstrip(chr(92))}\\{name}" if base else name


def _no_provider(name: str) -> PSError:
    return error(
        f"Cannot find a provider with the name '{name}'.",
        "ProviderNotFound",
        "ObjectNotFound",
        name,
        kind="System.Management.Automation.ProviderNotFoundException",
    )


def no_drive(name: str) -> PSError:
    """DriveNotFoundException."""
    return error(
        f"Cannot find drive. A drive with the name '{name}' does not exist.",
        "DriveNotFound",
        "ObjectNotFound",
        name,
        kind="System.Management.Automation.DriveNotFoundException",
    )
