"""Rights of files and folders: owners and access lists, what is inherited, and what Windows has by default.

A node keeps only what somebody set on it; everything else follows from its path. A virtual hard disk lets
the machines have it that hold it (``NT VIRTUAL MACHINE\\<GUID>``), until somebody sets its list; from then on
each machine that gets it is added, as the management service does. What a list lets somebody do is said here;
`filesystem.user_files` asks for it whenever a client reads, writes, lists or deletes, the start of a virtual
machine for its disks.
"""

from typing import TYPE_CHECKING

from emulator.host.errors import AccessDenied, InvalidParameter
from emulator.host.host_object import operation
from emulator.host.security.access_control import (
    CONTAINER_INHERIT,
    INHERIT_ONLY,
    INHERITED,
    MAXIMUM_ENTRIES,
    AccessControl,
    AccessEntry,
    ordered,
)
from emulator.host.security.callers import holds_privilege, require_administrator
from emulator.host.security.security_identifiers import (
    SYSTEM_ACCOUNTS,
    TRUSTED_INSTALLER,
    virtual_machine_sid,
)
from emulator.host.security.security_names import token_groups
from emulator.host.storage.filesystem.node import DirectoryNode, Node

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.security.account import Account
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine

#: Flags of an entry besides those of `access_control` (MS-DTYP 2.4.4.1).
OBJECT_INHERIT, NO_PROPAGATE = 0x01, 0x04
#: Rights of files by the names of icacls (published with the program).
FULL, MODIFY, READ_EXECUTE, READ, WRITE = 0x1F01FF, 0x1301BF, 0x1200A9, 0x120089, 0x120116
WRITE_DATA, APPEND_DATA, READ_CONTROL, WRITE_DAC = 0x2, 0x4, 0x20000, 0x40000
GENERIC_ALL, GENERIC_EXECUTE, GENERIC_WRITE, GENERIC_READ = 1 << 28, 1 << 29, 1 << 30, 1 << 31
_GENERIC = {GENERIC_ALL: FULL, GENERIC_EXECUTE: 0x1200A0, GENERIC_WRITE: WRITE, GENERIC_READ: READ}
#: Rights of a virtual machine on a disk that it holds, as icacls shows them: (R,W).
MACHINE_RIGHTS = READ | WRITE
_SYSTEM, _ADMINISTRATORS, _USERS = "S-1-5-18", "S-1-5-32-544", "S-1-5-32-545"
_EVERYONE, _AUTHENTICATED = SYSTEM_ACCOUNTS["Everyone"], SYSTEM_ACCOUNTS["Authenticated Users"]
_CREATOR, _VIRTUAL_MACHINES = SYSTEM_ACCOUNTS["CREATOR OWNER"], "S-1-5-83-0"
_PACKAGES = ("S-1-15-2-1", "S-1-15-2-2")
_ALL = OBJECT_INHERIT | CONTAINER_INHERIT
_BELOW = _ALL | INHERIT_ONLY
_FIRST_BUILD_WITH_PACKAGES = 9200


def _allow(sid: str, mask: int, flags: int = _ALL) -> AccessEntry:
    return AccessEntry(True, sid, mask, flags)


#: The root of the volume with Windows on servers, of clients, and of other volumes (seen in output).
_ROOT = (
    _allow(_SYSTEM, FULL),
    _allow(_ADMINISTRATORS, FULL),
    _allow(_USERS, READ_EXECUTE),
    _allow(_USERS, APPEND_DATA, CONTAINER_INHERIT),
    _allow(_USERS, WRITE_DATA, CONTAINER_INHERIT | INHERIT_ONLY),
    _allow(_CREATOR, GENERIC_ALL, _BELOW),
)
_CLIENT_ROOT = (
    _allow(_ADMINISTRATORS, FULL),
    _allow(_SYSTEM, FULL),
    _allow(_USERS, READ_EXECUTE),
    _allow(_AUTHENTICATED, MODIFY, _BELOW),
    _allow(_AUTHENTICATED, APPEND_DATA, 0),
)
_DATA_ROOT = (
    _allow(_ADMINISTRATORS, FULL),
    _allow(_SYSTEM, FULL),
    _allow(_CREATOR, GENERIC_ALL, _BELOW),
    _allow(_USERS, READ_EXECUTE),
    _allow(_USERS, APPEND_DATA, CONTAINER_INHERIT),
    _allow(_USERS, WRITE_DATA, CONTAINER_INHERIT | INHERIT_ONLY),
    _allow(_EVERYONE, READ_EXECUTE, 0),
)
_WINDOWS = (
    _allow(_CREATOR, GENERIC_ALL, _BELOW),
    _allow(_SYSTEM, GENERIC_ALL, _BELOW),
    _allow(_SYSTEM, MODIFY, 0),
    _allow(_ADMINISTRATORS, GENERIC_ALL, _BELOW),
    _allow(_ADMINISTRATORS, MODIFY, 0),
    _allow(_USERS, GENERIC_READ | GENERIC_EXECUTE, _BELOW),
    _allow(_USERS, READ_EXECUTE, 0),
    _allow(TRUSTED_INSTALLER, GENERIC_ALL, CONTAINER_INHERIT | INHERIT_ONLY),
    _allow(TRUSTED_INSTALLER, FULL, 0),
)
_PROGRAM_DATA = (
    _allow(_SYSTEM, FULL),
    _allow(_ADMINISTRATORS, FULL),
    _allow(_CREATOR, GENERIC_ALL, _BELOW),
    _allow(_USERS, READ_EXECUTE),
    _allow(_USERS, WRITE, CONTAINER_INHERIT),
)
_PROFILES = (
    _allow(_SYSTEM, FULL),
    _allow(_ADMINISTRATORS, FULL),
    _allow(_USERS, READ_EXECUTE, 0),
    _allow(_USERS, GENERIC_READ | GENERIC_EXECUTE, _BELOW),
    _allow(_EVERYONE, READ_EXECUTE, 0),
    _allow(_EVERYONE, GENERIC_READ | GENERIC_EXECUTE, _BELOW),
)
_OF_WINDOWS = frozenset({"windows", "program files", "program files (x86)"})


class FileSecurity:
    """The rights of what is on the volumes."""

    def __init__(self, host: "Host") -> None:
        self.host = host
        #: Whether a list was ever set on a file: until then nothing needs to be looked at.
        self.is_used = False

    def of(self, path: str) -> AccessControl:
        """What somebody who asks for the rights of a file or folder sees. Raises FileNotFound, PathNotFound,
        InvalidPath."""
        tree = self.host.filesystem.tree
        location = tree.locate(path, "C:\\")
        tree.find(location)
        node: Node = tree.volumes.online[location.drive].root
        found = self._present(node, f"{location.drive}:\\", ())
        at = f"{location.drive}:"
        for component in location.components:
            child = node.child(component) if isinstance(node, DirectoryNode) else None
            if child is None:
                break
            node, at = child, f"{at}\\{child.name}"
            found = self._present(node, at, inherited(found, isinstance(node, DirectoryNode)))
        return found

    @operation
    def set(self, path: str, security: AccessControl) -> None:
        """Put an owner, a group and a list on a file or folder; inherited entries of it do not count. Raises
        FileNotFound, PathNotFound, InvalidParameter (too many entries)."""
        tree = self.host.filesystem.tree
        node, _ = tree.find(tree.locate(path, "C:\\"))
        own = tuple(one for one in security.entries if not one.flags & INHERITED)
        if len(own) > MAXIMUM_ENTRIES:
            raise InvalidParameter("The access control list has too many entries.")
        if not isinstance(node, DirectoryNode):
            own = tuple(one.replaced(flags=0) for one in own)
        node.security = security.replaced(entries=ordered(dict.fromkeys(own)))
        self.is_used = True
        self.host.filesystem.touch()

    @operation
    def own(self, path: str, account: "Account") -> None:
        """Somebody made a file or folder: it belongs to the account, and the rest is inherited."""
        node = self.host.filesystem.tree.find_or_none(path, "C:\\")
        if node is not None and node.security is None:
            node.security = AccessControl(account.sid, f"{account.sid.rpartition('-')[0]}-513", (), False)
            self.is_used = True
            self.host.filesystem.touch()

    def require_change(self, account: "Account", path: str) -> None:
        """Raise AccessDenied when an account may neither change the list of a file nor owns it;
        administrators always may. Raises FileNotFound, PathNotFound."""
        self._require(account, path, WRITE_DAC)

    def take_ownership(self, account: "Account", path: str, *, for_administrators: bool = False) -> None:
        """Make an account the owner of a file, or its group Administrators. Who holds the privilege to take
        ownership takes a file of anybody; others need a right of its list.

        Raises AccessDenied, FileNotFound, PathNotFound.
        """
        if for_administrators:
            require_administrator(account)
        with self.host.looking():
            held = self.of(path)
            if not holds_privilege(account, "SeTakeOwnershipPrivilege"):
                self.require_change(account, path)
            self.set(path, held.replaced(owner=_ADMINISTRATORS if for_administrators else account.sid))

    def read_by(self, account: "Account | None", path: str) -> AccessControl:
        """What `of` says, for an account that may see it: the owner, who may read the list, or an
        administrator; None is Windows itself. Raises AccessDenied and what `of` raises."""
        if account is not None and not account.is_administrator:
            self._require(account, path, READ_CONTROL)
        return self.of(path)

    def _require(self, account: "Account", path: str, right: int) -> None:
        """Owners have both rights of a list, and administrators take them."""
        security = self.of(path)
        who = {account.sid, *token_groups(account)}
        may = security.owner in who or security.rights(who) & right
        if not may and not account.is_administrator:
            raise AccessDenied()

    def grant_machine(self, vm: "VirtualMachine", path: str) -> None:
        """A machine got a file: when its list was set by somebody, the machine is added to it. Called under
        the lock."""
        node = self.host.filesystem.tree.find_or_none(path, "C:\\") if self.is_used else None
        if node is not None and node.security is not None:
            entry = _allow(virtual_machine_sid(vm.id), MACHINE_RIGHTS, 0)
            if entry not in node.security.entries:
                node.security = node.security.replaced(entries=ordered((*node.security.entries, entry)))

    def check_machine(self, vm: "VirtualMachine", path: str) -> None:
        """Raise AccessDenied when a machine may not read and write a file that it holds."""
        node = self.host.filesystem.tree.find_or_none(path, "C:\\") if self.is_used else None
        if node is None or node.security is None:
            return
        who = {virtual_machine_sid(vm.id), _VIRTUAL_MACHINES, _EVERYONE, _AUTHENTICATED}
        if self.of(path).rights(who) & MACHINE_RIGHTS != MACHINE_RIGHTS:
            raise AccessDenied(
                f"'{vm.name}': Account does not have permission to open attachment '{path}'. Error: 'General"
                " access denied error' (0x80070005)."
            )

    # -- what is there by itself ----------------------------------------------------------------

    def _present(self, node: Node, path: str, from_above: tuple[AccessEntry, ...]) -> AccessControl:
        own = node.security if node.security is not None else self._default(node, path)
        if own.is_protected:
            return own
        entries = list(own.entries)
        for entry in from_above:
            if entry.sid == _CREATOR and not entry.flags & INHERIT_ONLY:
                # What the creator gets goes to the owner, unless the owner has it anyway.
                rights = {own.owner: 0}
                for each in (*own.entries, *from_above):
                    if each.sid == own.owner and each.allows and not each.flags & INHERIT_ONLY:
                        rights[own.owner] |= each.mask
                if rights[own.owner] & entry.mask != entry.mask:
                    entries.append(entry.replaced(sid=own.owner, flags=INHERITED))
            else:
                entries.append(entry)
        return own.replaced(entries=ordered(dict.fromkeys(entries)))

    def _default(self, node: Node, path: str) -> AccessControl:
        """What a file or folder has that nobody set."""
        parts = path.casefold().rstrip("\\").split("\\")
        of_windows = parts[0] == "c:" and (len(parts) == 1 or parts[1] in _OF_WINDOWS)
        owner, group = _ADMINISTRATORS, f"{self.host.accounts.machine_sid}-513"
        if of_windows and (node.protected or len(parts) <= 2):
            owner = group = TRUSTED_INSTALLER
        entries, is_protected = self._default_entries(node, parts)
        return AccessControl(owner, group, entries, is_protected)

    def _default_entries(self, node: Node, parts: list[str]) -> tuple[tuple[AccessEntry, ...], bool]:
        """The entries, and whether nothing is inherited."""
        if len(parts) == 1:
            client = _CLIENT_ROOT if self.host.release.is_client else _ROOT
            return (client if parts[0] == "c:" else _DATA_ROOT), True
        if parts[0] == "c:" and len(parts) == 2:
            if parts[1] in _OF_WINDOWS:
                more = _PACKAGES if self.host.release.build >= _FIRST_BUILD_WITH_PACKAGES else ()
                return (*_WINDOWS, *(_allow(sid, READ_EXECUTE, 0) for sid in more)), True
            if parts[1] in ("programdata", "users"):
                return (_PROGRAM_DATA if parts[1] == "programdata" else _PROFILES), True
        if parts[:2] == ["c:", "users"] and len(parts) == 3 and isinstance(node, DirectoryNode):
            account = self.host.accounts.find(parts[2])
            if account is not None:
                return tuple(_allow(sid, FULL) for sid in (_SYSTEM, _ADMINISTRATORS, account.sid)), True
        disk = self.host.virtual_disks.get("\\".join(parts))
        holders = dict.fromkeys(drive.vm.id for drive in disk.drives) if disk is not None else ()
        return tuple(_allow(virtual_machine_sid(each), MACHINE_RIGHTS, 0) for each in holders), False


def inherited(above: AccessControl, is_directory: bool) -> tuple[AccessEntry, ...]:
    """The entries that something in a folder gets from it (MS-DTYP 2.5.3.4)."""
    found: list[AccessEntry] = []
    for entry in above.entries:
        objects, containers = entry.flags & OBJECT_INHERIT, entry.flags & CONTAINER_INHERIT
        if not is_directory:
            if objects:
                found.append(entry.replaced(mask=specific(entry.mask), flags=INHERITED))
            continue
        kept = 0 if entry.flags & NO_PROPAGATE else objects | containers
        if containers:
            if (entry.sid == _CREATOR or specific(entry.mask) != entry.mask) and kept:
                # Generic rights and the creator stay as they are for what is further below.
                found.append(entry.replaced(flags=kept | INHERIT_ONLY | INHERITED))
                kept = 0
            found.append(entry.replaced(mask=specific(entry.mask), flags=kept | INHERITED))
        elif objects and kept:
            found.append(entry.replaced(flags=kept | INHERIT_ONLY | INHERITED))
    return tuple(found)


def specific(mask: int) -> int:
    """A mask with generic rights as those of files."""
    for generic, rights in _GENERIC.items():
        if mask & generic:
            mask = mask & ~generic | rights
    return mask
