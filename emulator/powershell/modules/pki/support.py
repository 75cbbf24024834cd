"""What the cmdlets of the PKI module share: stores by their paths, certificates as scripts give them."""

from __future__ import annotations

from typing import Any

from emulator.host import Account, Host, HostError
from emulator.host.security.certificates import MACHINE, STORES
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.modules.certificates.certificate_object import CertificateObject
from emulator.powershell.modules.certificates.provider import owner_of
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import PSError
from emulator.powershell.runtime.services import ByteStore

_PROVIDER = "Certificate"


def refused(call: CmdletCall, kind: str, text: str) -> PSError:
    """The end of a cmdlet with an exception, whose class is the error's identifier."""
    return call.failure(kind, text, kind)


def store_of(call: CmdletCall, path: str | None) -> tuple[str, str]:
    """Owner and store of a path of the Cert: drive, by default the current one, else the machine's My."""
    paths = call.engine.paths
    place = paths.place(path) if path else paths.location
    if place.provider.name != _PROVIDER:
        if path:
            text = f"Cannot find path '{path}' because it does not exist."
            raise refused(call, "System.Management.Automation.ItemNotFoundException", text)
        return owner_of(call.engine, "LocalMachine"), "My"
    steps = place.path.split("\\")
    store = next((one for one in STORES if len(steps) == 2 and one.lower() == steps[1].lower()), None)
    if store is None:
        text = f"The path '{path or place.path}' is not a certificate store."
        raise refused(call, "System.ArgumentException", text)
    return owner_of(call.engine, steps[0]), store


def put(call: CmdletCall, owner: str, store: str, certificate: CertificateObject) -> Any:
    """Put a certificate into a store; the item of the drive that it is there."""
    host = call.service(Host)
    facts = certificate.facts.replaced(store=store)
    try:
        held = host.certificates.put(owner, facts, call.engine.find_service(Account))
    except HostError as problem:
        text = f"{problem.text} 0x80070005 (WIN32: 5 ERROR_ACCESS_DENIED)"
        raise refused(call, "System.UnauthorizedAccessException", text) from None
    location = "LocalMachine" if owner == MACHINE else "CurrentUser"
    return call.engine.paths.item(call.engine.paths.place(f"Cert:\\{location}\\{store}\\{held.thumbprint}"))


def certificate_given(call: CmdletCall, value: Any) -> CertificateObject:
    """The certificate that a parameter means: itself, or a path of the Cert: drive."""
    held = unwrap(value)
    if isinstance(held, CertificateObject):
        return held
    place = call.engine.paths.place(to_text(held))
    if place.provider.name == _PROVIDER and place.provider.exists(place.path):
        found = unwrap(place.provider.item(place.path))
        if isinstance(found, CertificateObject):
            return found
    text = f"Cannot find path '{to_text(held)}' because it does not exist."
    raise refused(call, "System.Management.Automation.ItemNotFoundException", text)


def file_bytes(call: CmdletCall, name: str) -> bytes:
    """The content of a file by its path."""
    path = call.engine.paths.place(name).path
    store = call.service(ByteStore)
    if not store.exists(path):
        text = "The system cannot find the file specified. 0x80070002 (WIN32: 2 ERROR_FILE_NOT_FOUND)"
        raise refused(call, "System.IO.FileNotFoundException", text)
    return store.read_bytes(path)
