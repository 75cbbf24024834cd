"""InitialStore.xml: the authorization store of the management service up to Server 2012, as a file.

Its form is that of Authorization Manager's XML stores: an application with operations, tasks that are role
definitions, roles with members as SIDs, and scopes that have tasks and roles of their own. It shows the roles
that the machine has; a store that somebody writes in its place counts from then on. One that cannot be read
leaves the roles as they are, and is told in the event log.
"""

import uuid
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from emulator.host.errors import HostError
from emulator.host.virtual_machine.event_messages import MANAGEMENT
from emulator.host.windows.event_log import EventLevel

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.security.authorization import Operation, StoreRole
    from emulator.host.storage.filesystem import FileBacking, Filesystem

STORE_PATH = "C:\\ProgramData\\Microsoft\\Windows\\Hyper-V\\InitialStore.xml"
_APPLICATION = "Hyper-V services"
#: Id and text are chosen.
_UNREADABLE = 14096
_UNREADABLE_TEXT = (
    "The Virtual Machine Management service failed to load the authorization store '{path}' and goes on with"
    " the one that it has: {reason}"
)
_LARGEST_STORE, _MOST_ROLES, _DEEPEST_TASK = 4 << 20, 1024, 16


class BadStore(ValueError):
    """Why a file is no authorization store."""


class StoreFile:
    """The object behind the file."""

    __slots__ = ("_host",)

    def __init__(self, host: "Host") -> None:
        self._host = host

    def in_use(self) -> bool:
        """The management service holds no handle."""
        return False

    def renamed(self, path: str) -> None:
        """The store has left its place: the service keeps what it has read."""

    def removed(self) -> None:
        """Deleted, or overwritten by a client, whose store is read when somebody asks for rights."""

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
    """The roles have changed: so has the file, also one that a client has written."""
    filesystem.discard(STORE_PATH)
    install_store(filesystem)


def written_store(filesystem: "Filesystem") -> bytes | None:
    """What a client has written in place of the service's own file; None when it has not, or removed it."""
    if not filesystem.exists(STORE_PATH) or isinstance(filesystem.backing(STORE_PATH), StoreFile):
        return None
    try:
        return filesystem.read(STORE_PATH)
    except HostError:
        return b""


# -- reading ----------------------------------------------------------------------------------


def read_store(host: "Host", content: bytes) -> "list[StoreRole]":
    """The roles of a store. Raises BadStore."""
    from xml.etree import ElementTree

    if len(content) > _LARGEST_STORE:
        raise BadStore("The file is too large.")
    if b"<!DOCTYPE" in content.replace(b"\0", b""):
        raise BadStore("The data is invalid: document types are not allowed.")
    try:
        root = ElementTree.fromstring(content)  # noqa: S314 - the attacks need a document type
    except (ElementTree.ParseError, ValueError, LookupError) as problem:
        raise BadStore(f"The data is invalid: {problem!s:.200}") from None
    if root.tag != "AzAdminManager":
        raise BadStore(f"The element {root.tag!s:.64} is not AzAdminManager.")
    application = next(
        (each for each in root.iterfind("AzApplication") if each.get("Name") == _APPLICATION), None
    )
    if application is None:
        raise BadStore(f"There is no application {_APPLICATION}.")
    tables = _Tables(root, application)
    found = list(_roles(host, tables, application, ""))
    for scope in application.iterfind("AzScope"):
        name = scope.get("Name") or ""
        if not name:
            raise BadStore("A scope has no name.")
        found += _roles(host, tables, scope, name)
    if len(found) > _MOST_ROLES:
        raise BadStore("There are too many roles.")
    return found


class _Tables:
    """What links lead to, by GUID in lower case."""

    def __init__(self, root: Any, application: Any) -> None:
        from emulator.host.security.authorization import Operation

        self.operations: dict[str, Operation] = {}
        for each in application.iterfind("AzOperation"):
            number = (each.findtext("OperationID") or "").strip()
            try:
                self.operations[_guid(each)] = Operation(int(number))
            except ValueError:
                raise BadStore(f"There is no operation '{number!s:.32}'.") from None
        self.tasks = {_guid(each): each for each in application.iter("AzTask")}
        self.groups = {_guid(each): each for each in root.iter("AzApplicationGroup")}

    def allowed(self, element: Any, depth: int = 0) -> "Iterator[Operation]":
        """The operations of a role or task, with those of the tasks in it."""
        if depth > _DEEPEST_TASK:
            raise BadStore("Tasks hold each other.")
        for link in element.iterfind("OperationLink"):
            if (operation := self.operations.get(_link(link))) is None:
                raise BadStore(f"No operation has the GUID '{link.text!s:.64}'.")
            yield operation
        for link in element.iterfind("TaskLink"):
            if (task := self.tasks.get(_link(link))) is None:
                raise BadStore(f"No task has the GUID '{link.text!s:.64}'.")
            yield from self.allowed(task, depth + 1)

    def members(self, element: Any, depth: int = 0) -> Iterator[str]:
        """The SIDs of a role or group, with those of the groups in it."""
        if depth > _DEEPEST_TASK:
            raise BadStore("Groups hold each other.")
        for each in element.iterfind("Member"):
            yield (each.text or "").strip()
        for link in element.iterfind("AppMemberLink"):
            if (group := self.groups.get(_link(link))) is None:
                raise BadStore(f"No group has the GUID '{link.text!s:.64}'.")
            yield from self.members(group, depth + 1)


def _roles(host: "Host", tables: _Tables, place: Any, scope: str) -> "Iterator[StoreRole]":
    from emulator.host.security.authorization import StoreRole

    for each in place.iterfind("AzRole"):
        name = each.get("Name") or ""
        if not name:
            raise BadStore("A role has no name.")
        members = frozenset(_member(host, sid) for sid in tables.members(each))
        yield StoreRole(name, frozenset(tables.allowed(each)), members, scope)


def _member(host: "Host", sid: str) -> str:
    """The name of a user or group; a SID that nobody has here stays one, and gives nobody anything."""
    if not sid.upper().startswith("S-1-"):
        raise BadStore(f"The member '{sid!s:.64}' is no SID.")
    account = host.accounts.by_sid(sid)
    return account.qualified_name if account is not None else host.authorization.name_of(sid)[1] or sid


def _guid(element: Any) -> str:
    return (element.get("Guid") or "").strip().strip("{}").lower()


def _link(element: Any) -> str:
    return (element.text or "").strip().strip("{}").lower()


def tell_unreadable(host: "Host", problem: BadStore) -> None:
    """Write that a store could not be read."""
    text = _UNREADABLE_TEXT.format(path=STORE_PATH, reason=problem)
    host.event_log.write(MANAGEMENT.log, MANAGEMENT.source, _UNREADABLE, EventLevel.ERROR, text)


# -- writing ----------------------------------------------------------------------------------


def store_text(host: "Host") -> str:
    """The store as XML."""
    from emulator.host.security.authorization import Operation

    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<AzAdminManager MajorVersion="1" MinorVersion="0" {_identity("store", "store")}>',
        f'  <AzApplication {_identity("application", _APPLICATION)} ApplicationVersion="">',
    ]
    for operation in Operation:
        lines.append(f"    <AzOperation {_identity('operation', _title(operation))}>")
        lines.append(f"      <OperationID>{int(operation)}</OperationID>")
        lines.append("    </AzOperation>")
    roles = host.authorization.roles
    lines += _role_lines(host, [role for role in roles if not role.scope], "    ")
    for scope in dict.fromkeys(role.scope for role in roles if role.scope):
        lines.append(f"    <AzScope {_identity('scope', scope)}>")
        lines += _role_lines(host, [role for role in roles if role.scope == scope], "      ")
        lines.append("    </AzScope>")
    lines += ["  </AzApplication>", "</AzAdminManager>", ""]
    return "\r\n".join(lines)


def _role_lines(host: "Host", roles: "list[StoreRole]", indent: str) -> Iterator[str]:
    for role in roles:
        identity = _identity("definition", role.name, _full_name(role))
        yield f'{indent}<AzTask {identity} RoleDefinition="True">'
        for operation in sorted(role.operations):
            yield f"{indent}  <OperationLink>{_new_guid('operation', _title(operation))}</OperationLink>"
        yield f"{indent}</AzTask>"
    for role in roles:
        yield f"{indent}<AzRole {_identity('role', role.name, _full_name(role))}>"
        yield f"{indent}  <TaskLink>{_new_guid('definition', _full_name(role))}</TaskLink>"
        for sid in sorted(_sid(host, member) for member in role.members):
            yield f"{indent}  <Member>{sid}</Member>"
        yield f"{indent}</AzRole>"


def _sid(host: "Host", member: str) -> str:
    return member if member.upper().startswith("S-1-") else host.authorization.sid_of(member)


def _full_name(role: "StoreRole") -> str:
    return f"{role.scope}/{role.name}" if role.scope else role.name


def _title(operation: "Operation") -> str:
    return operation.name.replace("_", " ").title()


def _new_guid(kind: str, name: str) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_OID, f"{_APPLICATION}/{kind}/{name}")


def _identity(kind: str, name: str, full_name: str | None = None) -> str:
    guid = _new_guid(kind, name if full_name is None else full_name)
    return f'Guid="{guid}" Name="{_escaped(name)}" Description=""'


def _escaped(text: str) -> str:
    for plain, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(plain, entity)
    return text
