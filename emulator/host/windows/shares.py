"""What the machine shares over SMB: the administrative shares and what was added."""

from collections.abc import Iterable, Iterator
from enum import IntEnum
from typing import TYPE_CHECKING

from emulator.host.checks import check_choice, check_flag, check_number, check_text
from emulator.host.errors import AlreadyExists, InvalidParameter, NotFound, NotSupported, QuotaExceeded
from emulator.host.host_object import HostObject, operation
from emulator.host.security.trustees import trustee_name
from emulator.record import Record

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.security.access_control import AccessControl

#: Win32_Share.Type: a disk, and the flag of the shares that Windows makes by itself.
DISK, IPC, ADMINISTRATIVE = 0, 3, 0x8000_0000
#: Win32_Share documents 80 characters (NNLEN).
LONGEST_NAME, LONGEST_DESCRIPTION = 80, 256
MAXIMUM_SHARES = 1000
_FORBIDDEN = frozenset('"/\\[]:|<>+=;,*?')


class ShareRight(IntEnum):
    """AccessRight of a share."""

    FULL = 0
    CHANGE = 1
    READ = 2
    CUSTOM = 3


class AccessKind(IntEnum):
    """AccessControlType of a share."""

    ALLOW = 0
    DENY = 1


class ShareAccess(Record):
    """What one account may do with a share, or may not."""

    account: str
    kind: AccessKind
    right: ShareRight


#: Right of a share -> mask of its entry.
_MASKS = {
    ShareRight.FULL: 0x1F01FF,
    ShareRight.CHANGE: 0x1301BF,
    ShareRight.READ: 0x1200A9,
    ShareRight.CUSTOM: 0,
}
_NEW_ACCESS = (ShareAccess("Everyone", AccessKind.ALLOW, ShareRight.READ),)
_OWN_ACCESS = (
    ShareAccess("BUILTIN\\Administrators", AccessKind.ALLOW, ShareRight.FULL),
    ShareAccess("NT AUTHORITY\\INTERACTIVE", AccessKind.ALLOW, ShareRight.FULL),
)


class Share(HostObject):
    """A share. ``maximum_allowed`` is None when any number of users may use it."""

    def __init__(self, host: "Host", name: str, path: str, kind: int, description: str) -> None:
        super().__init__(host)
        self.name = name
        self.path = path
        self.kind = kind
        self.description = description
        self.maximum_allowed: int | None = None
        #: CachingMode: 1 is by hand, what a new share has.
        self.offline_files = 0 if kind >= ADMINISTRATIVE else 1
        self.encrypts = False
        self.access: tuple[ShareAccess, ...] = _OWN_ACCESS if kind >= ADMINISTRATIVE else _NEW_ACCESS

    @property
    def is_administrative(self) -> bool:
        """Whether Windows made it by itself."""
        return self.kind >= ADMINISTRATIVE

    @operation
    def configure(
        self,
        description: str | None = None,
        maximum_allowed: int | None = None,
        *,
        offline_files: int | None = None,
        encrypts: bool | None = None,
    ) -> None:
        """Change what is not None; ``offline_files`` is CachingMode, a limit of 0 is none.

        Raises InvalidParameter; NotSupported for administrative shares.
        """
        if self.is_administrative:
            raise NotSupported("The settings of an administrative share cannot be changed.")
        if description is not None:
            check_text("the description", description, LONGEST_DESCRIPTION)
        if maximum_allowed is not None:
            check_number("the number of users", maximum_allowed, 0, 0xFFFF_FFFF)
        if offline_files is not None:
            check_number("CachingMode", offline_files, 0, 5)
        if encrypts is not None:
            self.encrypts = check_flag("EncryptData", encrypts)
        self.description = self.description if description is None else description
        self.offline_files = self.offline_files if offline_files is None else offline_files
        if maximum_allowed is not None:
            self.maximum_allowed = maximum_allowed or None
        self.touch()

    @operation
    def grant(self, names: Iterable[str], right: ShareRight | int) -> None:
        """Give accounts a right, instead of the one that they had. Raises InvalidParameter, NotSupported."""
        self._set_access(names, AccessKind.ALLOW, check_choice("AccessRight", right, ShareRight))

    @operation
    def block(self, names: Iterable[str]) -> None:
        """Refuse accounts all access, whatever they are given. Raises InvalidParameter, NotSupported."""
        self._set_access(names, AccessKind.DENY, ShareRight.FULL)

    @operation
    def revoke(self, names: Iterable[str]) -> None:
        """Take what was given to accounts. Raises InvalidParameter, NotSupported."""
        self._drop_access(names, AccessKind.ALLOW)

    @operation
    def unblock(self, names: Iterable[str]) -> None:
        """Refuse accounts no longer. Raises InvalidParameter, NotSupported."""
        self._drop_access(names, AccessKind.DENY)

    def _set_access(self, names: Iterable[str], kind: AccessKind, right: ShareRight) -> None:
        found = self._resolved(names)
        folded = {each.casefold() for each in found}
        kept = [
            each for each in self.access if each.kind is not kind or each.account.casefold() not in folded
        ]
        self.access = (*kept, *(ShareAccess(each, kind, right) for each in found))
        self.touch()

    def _drop_access(self, names: Iterable[str], kind: AccessKind) -> None:
        folded = {each.casefold() for each in self._resolved(names)}
        self.access = tuple(
            each for each in self.access if each.kind is not kind or each.account.casefold() not in folded
        )
        self.touch()

    def _resolved(self, names: Iterable[str]) -> list[str]:
        if self.is_administrative:
            raise NotSupported("The settings of an administrative share cannot be changed.")
        found: list[str] = []
        for name in names:
            full = trustee_name(self.host, name)
            if full is None:
                raise InvalidParameter(f"There is no account or group '{name!s:.128}'.")
            if full.casefold() not in [each.casefold() for each in found]:
                found.append(full)
        if not found:
            raise InvalidParameter("No account is named.")
        return found

    @property
    def security(self) -> "AccessControl":
        """The access list with the masks of files, as SMB has it; Administrators own it."""
        from emulator.host.security.access_control import AccessControl, AccessEntry
        from emulator.host.security.security_names import sid_of_name

        entries = []
        for each in self.access:
            sid = sid_of_name(self.host, each.account)
            if sid is not None:
                entries.append(AccessEntry(each.kind is AccessKind.ALLOW, sid, _MASKS[each.right], 0))
        return AccessControl("S-1-5-32-544", "S-1-5-18", tuple(entries))

    @operation
    def set_security(self, security: "AccessControl") -> None:
        """Give it another access list. Raises InvalidParameter for an identity that nobody has, NotSupported
        for administrative shares and for rights that are neither full control, change nor read."""
        from emulator.host.security.security_names import name_of_sid

        if self.is_administrative:
            raise NotSupported("The settings of an administrative share cannot be changed.")
        rights = {mask: right for right, mask in _MASKS.items() if right is not ShareRight.CUSTOM}
        found: list[ShareAccess] = []
        for entry in security.entries:
            name, right = name_of_sid(self.host, entry.sid), rights.get(entry.mask)
            if name is None:
                raise InvalidParameter(f"Nobody has the security identifier {entry.sid}.")
            if right is None:
                raise NotSupported(f"The rights 0x{entry.mask:x} of a share are not supported.")
            found.append(ShareAccess(name, AccessKind.ALLOW if entry.allows else AccessKind.DENY, right))
        self.access = tuple(dict.fromkeys(found))
        self.touch()

    @operation
    def delete(self) -> None:
        """Share it no more. Administrative shares come back with the next boot. Raises NotFound."""
        self.host.shares.remove(self)


class Shares:
    """Shares by name without case, in order of creation."""

    def __init__(self, host: "Host") -> None:
        self.host = host
        self._shares: dict[str, Share] = {}

    def seed(self) -> None:
        self._shares.clear()
        self.boot()

    def boot(self) -> None:
        """Windows makes its administrative shares anew; the others stay."""
        own = [("ADMIN$", "C:\\Windows", DISK, "Remote Admin")]
        own += [
            (f"{volume.letter}$", f"{volume.letter}:\\", DISK, "Default share")
            for volume in self.host.filesystem.volumes
            if not volume.image
        ]
        own.append(("IPC$", "", IPC, "Remote IPC"))
        for name, path, kind, description in own:
            if name.casefold() not in self._shares:
                self._shares[name.casefold()] = Share(
                    self.host, name, path, kind | ADMINISTRATIVE, description
                )

    def __iter__(self) -> Iterator[Share]:
        return iter(list(self._shares.values()))

    def get(self, name: str) -> Share | None:
        """The share of a name, in any case."""
        return self._shares.get(name.casefold())

    @operation
    def create(self, name: str, path: str, description: str = "", maximum: int | None = None) -> Share:
        """Share a folder. Raises InvalidParameter, NotFound (no such folder), AlreadyExists,
        QuotaExceeded."""
        check_text("the name of a share", name, LONGEST_NAME, shortest=1)
        if _FORBIDDEN.intersection(name) or not name.isprintable():
            raise InvalidParameter(f"The name '{name!s:.100}' of the share is not valid.")
        check_text("the description", description, LONGEST_DESCRIPTION)
        if not self.host.filesystem.is_directory(path):
            raise NotFound(f"There is no folder {path:.260}.")
        if self.get(name) is not None:
            raise AlreadyExists(f"The share {name} exists already.")
        if len(self._shares) >= MAXIMUM_SHARES:
            raise QuotaExceeded("No more shares can be created.")
        share = Share(self.host, name, self.host.filesystem.entry(path).path, DISK, description)
        if maximum is not None:
            share.maximum_allowed = check_number("the number of users", maximum, 1, 0xFFFF_FFFF)
        self._shares[name.casefold()] = share
        self.host.observe("created", share)
        return share

    def remove(self, share: Share) -> None:
        """Forget a share; called with the lock held. Raises NotFound."""
        if self._shares.get(share.name.casefold()) is not share:
            raise NotFound(f"The share {share.name} does not exist.")
        del self._shares[share.name.casefold()]
        self.host.next_revision()
        self.host.observe("deleted", share)
