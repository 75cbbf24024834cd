"""The Certificate provider: stores of the machine and of the user, and what is in them.

They are those of the host (`emulator/host/security/certificates.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from emulator.host import Account, Host, HostError
from emulator.host.security.certificates import MACHINE, STORES
from emulator.powershell.dotnet.collections import PSArray
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.types import PSType, register
from emulator.powershell.format.views import Column, View, listing, table
from emulator.powershell.providers.provider import Provider, not_there
from emulator.powershell.runtime.errors import PSError, error

if TYPE_CHECKING:
    from emulator.powershell.modules.certificates.certificate_object import CertificateObject
    from emulator.powershell.providers.paths import Place
    from emulator.powershell.runtime.engine import Engine

_LOCATIONS = ("CurrentUser", "LocalMachine")
_X = "System.Security.Cryptography.X509Certificates."


class Container:
    """A location or a store."""

    __slots__ = ("name", "ps_type", "stores")

    def __init__(self, name: str, ps_type: PSType, stores: tuple[str, ...] = ()) -> None:
        self.name = name
        self.ps_type = ps_type
        self.stores = stores


_LOCATION = register(
    PSType(
        "Microsoft.PowerShell.Commands.X509StoreLocation",
        instance={
            "Location: string": lambda c: c.name,
            "LocationName: string": lambda c: c.name,
            "StoreNames": lambda c: PSArray(c.stores),
        },
    )
)


def store_name(store: str) -> str:
    """The name of a store as Windows writes it; one that is not among the usual ones stays as it is."""
    return next((one for one in STORES if one.lower() == store.lower()), store)


def owner_of(engine: Engine, location: str) -> str:
    """Who owns the stores of a location."""
    account = engine.find_service(Account)
    return MACHINE if location.lower() == "localmachine" or account is None else account.sid


def held_certificates(engine: Engine, location: str, store: str) -> list[CertificateObject]:
    """What is in a store of the machine or of the user."""
    host = engine.find_service(Host)
    if host is None:
        return []
    # A runspace has this provider from the start, and few look at certificates.
    from emulator.powershell.modules.certificates.certificate_object import CertificateObject

    owner = owner_of(engine, location)
    return [CertificateObject(engine, one, owner) for one in host.certificates.of_store(store, owner)]


def parent_path(certificate: CertificateObject) -> str:
    """Where a certificate is, as PSParentPath says it; empty for one that is in no store."""
    if certificate.owner is None:
        return ""
    location = "LocalMachine" if certificate.owner == MACHINE else "CurrentUser"
    store = store_name(certificate.facts.store)
    return f"Microsoft.PowerShell.Security\\Certificate::{location}\\{store}"


VIEWS: tuple[View, ...] = (
    table(
        f"{_X}X509Certificate2",
        columns=(
            Column("Thumbprint", "Thumbprint", 41),
            Column("Subject", lambda c: unwrap(c).names("subject")),
        ),
        group_by=Column("PSParentPath", lambda c: parent_path(unwrap(c))),
    ),
    listing(
        f"{_X}X509Certificate2",
        entries=("Subject", "Issuer", "Thumbprint", "FriendlyName", "NotBefore", "NotAfter", "Extensions"),
    ),
)


class CertificateProvider(Provider):
    """``Cert:\\LocalMachine\\My\\<thumbprint>``."""

    name = "Certificate"
    module = "Microsoft.PowerShell.Security"
    capabilities = "ShouldProcess"
    has_containers = True
    container_kind, leaf_kind = "Store", "Certificate"

    def __init__(self, engine: Engine, host: Host) -> None:
        super().__init__(engine)
        self._host = host
        engine.views.add(VIEWS)

    def drives(self) -> Iterator[tuple[str, str, str]]:
        yield "Cert", "", "X509 Certificate Provider"

    def exists(self, path: str) -> bool:
        return path == "" or self._find(path) is not None

    def is_container(self, path: str) -> bool:
        return path == "" or (path.count("\\") < 2 and self._find(path) is not None)

    def item(self, path: str) -> Any:
        if path == "":
            return [self._find(one) for one in _LOCATIONS]
        found = self._find(path)
        if found is None:
            raise not_there(path)
        return found

    def children(self, path: str) -> Iterator[str]:
        steps = path.split("\\") if path else []
        if not steps:
            yield from _LOCATIONS
        elif len(steps) == 1:
            yield from STORES
        else:
            yield from (one.facts.thumbprint for one in held_certificates(self.engine, *steps[:2]))

    def properties(self, path: str) -> list[tuple[str, Any]] | None:  # noqa: ARG002 - the item has them
        return None

    def remove(self, path: str, recurse: bool, force: bool) -> None:  # noqa: ARG002 - a certificate is alone
        found = self._certificate(path, "Remove-Item")
        with self._host.looking():
            facts = found.facts
            account = self.engine.find_service(Account)
            try:
                self._host.certificates.remove(found.owner, facts.store, facts.thumbprint, account)
            except HostError as problem:
                raise _denied(problem) from None

    def move_item(self, change: Any, place: Place, target: Place) -> None:
        """Move-Item: from one store into another of the same location."""
        found = self._certificate(place.path, "Move-Item")
        goal = target.path.split("\\")
        if len(goal) < 2:
            raise self._unsupported("Move-Item")
        if owner_of(self.engine, goal[0]) != found.owner:
            raise error(
                "Cannot move certificate to or from CurrentUser or LocalMachine.",
                "CannotMoveCrossContext",
                "NotSpecified",
                kind="System.InvalidOperationException",
            )
        if not change.allows_transfer(place.shown, target.shown, "Move Item"):
            return
        if store_name(goal[1]) == store_name(found.facts.store):
            return  # it is there
        moved = found.facts.replaced(store=store_name(goal[1]))
        account = self.engine.find_service(Account)
        with self._host.looking():
            try:
                self._host.certificates.put(found.owner, moved, account)
                self._host.certificates.remove(found.owner, found.facts.store, moved.thumbprint, account)
            except HostError as problem:
                raise _denied(problem) from None
        change.made(target._replace(path="\\".join((*goal[:2], moved.thumbprint))))

    def _certificate(self, path: str, command: str) -> Any:
        """A certificate, with whose stores a command does something. Raises PSError for anything else."""
        if path.count("\\") < 2:
            raise self._unsupported(command)
        return self.item(path)

    def _find(self, path: str) -> Any:
        steps = path.split("\\")
        location = next((one for one in _LOCATIONS if one.lower() == steps[0].lower()), None)
        if location is None or len(steps) > 3:
            return None
        if len(steps) == 1:
            return Container(location, _LOCATION, STORES)
        store = next((one for one in STORES if one.lower() == steps[1].lower()), None)
        if store is None:
            return None
        if len(steps) == 2:
            from emulator.powershell.modules.certificates.store_types import opened_store

            return opened_store(self.engine, store, location)
        for one in held_certificates(self.engine, location, store):
            if one.facts.thumbprint.lower() == steps[2].lower():
                return one
        return None


def _denied(problem: HostError) -> PSError:
    """A refusal of the host, as the provider tells it."""
    kind = (
        "System.UnauthorizedAccessException"
        if problem.hresult == 0x80070005
        else "System.ComponentModel.Win32Exception"
    )
    return error(problem.text, kind, "NotSpecified", kind=kind)
