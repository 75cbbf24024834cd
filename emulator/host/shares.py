"""What the machine shares over SMB: the administrative shares and what was added."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from emulator.host.checks import check_number, check_text
from emulator.host.errors import AlreadyExists, InvalidParameter, NotFound, NotSupported, QuotaExceeded
from emulator.host.host_object import HostObject, operation

if TYPE_CHECKING:
    from emulator.host.host import Host

#: Win32_Share.Type: a disk, and the flag of the shares that Windows makes by itself.
DISK, IPC, ADMINISTRATIVE = 0, 3, 0x8000_0000
#: Win32_Share documents 80 characters (NNLEN).
LONGEST_NAME, LONGEST_DESCRIPTION = 80, 256
MAXIMUM_SHARES = 1000
_FORBIDDEN = frozenset('"/\\[]:|<>+=;,*?')


class Share(HostObject):
    """A share. ``maximum_allowed`` is None when any number of users may use it."""

    def __init__(self, host: "Host", name: str, path: str, kind: int, description: str) -> None:
        super().__init__(host)
        self.name = name
        self.path = path
        self.kind = kind
        self.description = description
        self.maximum_allowed: int | None = None

    @property
    def is_administrative(self) -> bool:
        """Whether Windows made it by itself."""
        return self.kind >= ADMINISTRATIVE

    @operation
    def configure(self, description: str | None = None, maximum_allowed: int | None = None) -> None:
        """Change what is not None. Raises InvalidParameter; NotSupported for administrative shares."""
        if self.is_administrative:
            raise NotSupported("The settings of an administrative share cannot be changed.")
        if description is not None:
            self.description = check_text("the description", description, LONGEST_DESCRIPTION)
        if maximum_allowed is not None:
            self.maximum_allowed = check_number("the number of users", maximum_allowed, 1, 0xFFFF_FFFF)
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
            raise InvalidParameter(f"The name {name!r:.100} of the share is not valid.")
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
