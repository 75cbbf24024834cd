"""InitialStore.xml: the authorization store of the management service up to Server 2012, as a file.

Its form is that of Authorization Manager's XML stores: an application with operations, tasks that are role
definitions, and roles with members as SIDs. It shows the roles that the machine has. What somebody writes
over it has no effect, and is recorded as a gap.
"""

import uuid
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from emulator.host.filesystem import FileBacking, Filesystem
    from emulator.host.host import Host

STORE_PATH = "C:\\ProgramData\\Microsoft\\Windows\\Hyper-V\\InitialStore.xml"
_APPLICATION = "Hyper-V services"


class StoreFile:
    """The object behind the file."""

    __slots__ = ("_host",)

    def __init__(self, host: "Host") -> None:
        self._host = host

    def in_use(self) -> bool:
        """The management service reads it once."""
        return False

    def renamed(self, path: str) -> None:
        """The store has left its place."""
        self._host.gaps.record("file", path)

    def removed(self) -> None:
        """Deleted, or overwritten by a client."""
        self._host.gaps.record("file", STORE_PATH)

    def copied(self, path: str) -> "FileBacking | None":  # noqa: ARG002 - the protocol's parameter
        """A copy shows the same roles."""
        return StoreFile(self._host)

    def read(self, offset: int, length: int) -> bytes:
        return store_text(self._host).encode()[offset : offset + length]


def install_store(filesystem: "Filesystem") -> None:
    """Put the file into its place; it comes with the role."""
    if not filesystem.exists(STORE_PATH):
        filesystem.place(STORE_PATH, len(store_text(filesystem.host).encode()), StoreFile(filesystem.host))


def refresh_store(filesystem: "Filesystem") -> None:
    """The roles have changed: so has the size of the file."""
    if isinstance(filesystem.backing(STORE_PATH), StoreFile):
        filesystem.resize(STORE_PATH, len(store_text(filesystem.host).encode()))


def store_text(host: "Host") -> str:
    """The store as XML."""
    from emulator.host.authorization import Operation

    def identity(kind: str, name: str) -> str:
        guid = uuid.uuid5(uuid.NAMESPACE_OID, f"{_APPLICATION}/{kind}/{name}")
        return f'Guid="{guid}" Name="{_escaped(name)}" Description=""'

    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<AzAdminManager MajorVersion="1" MinorVersion="0" {identity("store", "store")}>',
        f'  <AzApplication {identity("application", _APPLICATION)} ApplicationVersion="">',
    ]
    for operation in Operation:
        title = operation.name.replace("_", " ").title()
        lines.append(f"    <AzOperation {identity('operation', title)}>")
        lines.append(f"      <OperationID>{int(operation)}</OperationID>")
        lines.append("    </AzOperation>")
    for role in host.authorization.roles:
        lines.append(f'    <AzTask {identity("definition", role.name)} RoleDefinition="True">')
        for operation in sorted(role.operations):
            title = operation.name.replace("_", " ").title()
            guid = uuid.uuid5(uuid.NAMESPACE_OID, f"{_APPLICATION}/operation/{title}")
            lines.append(f"      <OperationLink>{guid}</OperationLink>")
        lines.append("    </AzTask>")
    for role in host.authorization.roles:
        lines.append(f"    <AzRole {identity('role', role.name)}>")
        guid = uuid.uuid5(uuid.NAMESPACE_OID, f"{_APPLICATION}/definition/{role.name}")
        lines.append(f"      <TaskLink>{guid}</TaskLink>")
        members = sorted(host.authorization.sid_of(member) for member in role.members)
        lines += [f"      <Member>{sid}</Member>" for sid in members]
        lines.append("    </AzRole>")
    lines += ["  </AzApplication>", "</AzAdminManager>", ""]
    return "\r\n".join(lines)


def _escaped(text: str) -> str:
    for plain, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(plain, entity)
    return text
