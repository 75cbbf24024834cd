"""Hyper-V Replica settings of a host: whether it takes replicas, how, and from whom."""

from datetime import timedelta
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from emulator.host.checks import check_choice, check_flag, check_number, check_text
from emulator.host.errors import AlreadyExists, InvalidParameter, NotFound, NotSupported, QuotaExceeded
from emulator.host.host_object import HostObject, operation
from emulator.record import Record

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.replication.replication_relationship import ReplicationRelationship

MAXIMUM_ENTRIES = 1_000
#: The server of the entry that lets everybody in, and the trust group that it has at first.
ANY_SERVER = "*"
_TRUST_GROUP = "DEFAULT"
_DAY = 24 * 3600


class ReplicationAuthentication(IntEnum):
    """Msvm_ReplicationServiceSettingData.AllowedAuthenticationType."""

    KERBEROS = 1
    CERTIFICATE = 2
    BOTH = 3


class AuthorizationEntry(Record):
    """Primary servers (a name, or ``*.domain``, or ``*``) that may send replicas, where these are kept, and
    the trust group whose members share them."""

    server: str
    storage: str
    trust_group: str


class ReplicationSettings(HostObject):
    """Off by default; the ports are those of HTTP and HTTPS (documented defaults)."""

    def __init__(self, host: "Host") -> None:
        super().__init__(host)
        #: By machine and index: what is replicated to or from this host.
        self.relationships: dict[tuple[str, int], ReplicationRelationship] = {}
        self.seed()

    def seed(self) -> None:
        self.relationships.clear()
        self.enabled = False
        self.authentication = ReplicationAuthentication.KERBEROS
        self.certificate_thumbprint = ""
        self.http_port = 80
        self.https_port = 443
        self.monitoring_interval = timedelta(hours=12)
        self.monitoring_start = timedelta(hours=9)
        self.entries: tuple[AuthorizationEntry, ...] = ()
        self.touch()

    @operation
    def configure(self, **changes: Any) -> None:
        """Change settings by their attribute names, all or none. Raises InvalidParameter (also: certificates
        without a thumbprint), NotSupported (clients)."""
        self._require_replication()
        checked = {name: self._check(name, value) for name, value in changes.items()}
        wanted = checked.get("authentication", self.authentication)
        thumbprint = checked.get("certificate_thumbprint", self.certificate_thumbprint)
        enabled = checked.get("enabled", self.enabled)
        if enabled and wanted is not ReplicationAuthentication.KERBEROS and not thumbprint:
            raise InvalidParameter("Certificate-based authentication needs the thumbprint of a certificate.")
        for name, value in checked.items():
            setattr(self, name, value)
        self.touch()

    @operation
    def set_up(self, *, any_server: bool | None, storage: str | None, **changes: Any) -> None:
        """Change settings, and let every server in or none but those of other entries, all or nothing.
        ``storage`` is where replicas of servers without an entry of their own are kept.

        Raises InvalidParameter (also: nowhere to keep them), PathNotFound, QuotaExceeded, NotSupported.
        """
        self._require_replication()
        present = self.entry(ANY_SERVER)
        entry = present
        if any_server is False:
            if storage is not None:
                raise InvalidParameter("A default storage location is for replication from any server.")
            entry = None
        elif any_server or storage is not None:
            if present is None and not (any_server and storage):
                raise InvalidParameter("Replication from any server needs a default storage location.")
            base = AuthorizationEntry(ANY_SERVER, storage or "", _TRUST_GROUP) if present is None else present
            entry = self._checked(base if storage is None else base.replaced(storage=storage))
        if present is None and entry is not None and len(self.entries) >= MAXIMUM_ENTRIES:
            raise QuotaExceeded("No more authorization entries can be added.")
        self.configure(**changes)
        others = tuple(each for each in self.entries if each is not present)
        self.entries = others if entry is None else (*others, entry)
        self.touch()

    @operation
    def add_entry(self, entry: AuthorizationEntry) -> AuthorizationEntry:
        """Let a primary server send replicas. Raises InvalidParameter, AlreadyExists, QuotaExceeded,
        PathNotFound (the drive of the storage), NotSupported (clients)."""
        self._require_replication()
        checked = self._checked(entry)
        if self.entry(checked.server) is not None:
            raise AlreadyExists(f"An authorization entry for {checked.server} exists.")
        if len(self.entries) >= MAXIMUM_ENTRIES:
            raise QuotaExceeded("No more authorization entries can be added.")
        self.entries = (*self.entries, checked)
        self.touch()
        return checked

    @operation
    def change_entry(self, server: str, **changes: str) -> AuthorizationEntry:
        """Change ``storage`` or ``trust_group`` of an entry. Raises NotFound, InvalidParameter."""
        old = self._require(server)
        new = self._checked(old.replaced(**changes))
        self.entries = tuple(new if each is old else each for each in self.entries)
        self.touch()
        return new

    @operation
    def remove_entry(self, server: str) -> None:
        """Let a primary server send replicas no longer. Raises NotFound."""
        old = self._require(server)
        self.entries = tuple(each for each in self.entries if each is not old)
        self.touch()

    def entry(self, server: str) -> AuthorizationEntry | None:
        """The entry of a server, in any case."""
        wanted = server.casefold()
        return next((each for each in self.entries if each.server.casefold() == wanted), None)

    def _require_replication(self) -> None:
        """Raise RoleNotInstalled, NotSupported where Hyper-V takes no replicas."""
        self.host.role.require()
        if not self.host.release.replication_intervals:
            raise NotSupported("Hyper-V Replica is not supported on this computer.")

    def _require(self, server: str) -> AuthorizationEntry:
        self.host.role.require()
        found = self.entry(server)
        if found is None:
            raise NotFound(f"There is no authorization entry for {server:.64}.")
        return found

    def _checked(self, entry: AuthorizationEntry) -> AuthorizationEntry:
        check_text("server", entry.server, 255, shortest=1)
        check_text("trust group", entry.trust_group, 255, shortest=1)
        storage = self.host.filesystem.normalize(check_text("storage", entry.storage, 260, shortest=1))
        self.host.filesystem.require_drive(storage)
        if "*" in entry.server.removeprefix("*"):
            raise InvalidParameter(f"The server name '{entry.server!s:.64}' is not valid.")
        return AuthorizationEntry(entry.server, storage, entry.trust_group)

    def _check(self, name: str, value: Any) -> Any:
        if name == "enabled":
            return check_flag(name, value)
        if name == "authentication":
            return check_choice(name, value, ReplicationAuthentication)
        if name == "certificate_thumbprint":
            return check_text(name, value, 64)
        if name in ("http_port", "https_port"):
            return check_number(name, value, 1, 0xFFFF)
        if name in ("monitoring_interval", "monitoring_start"):
            if not isinstance(value, timedelta):
                raise InvalidParameter(f"{name} must be a time.")
            least = 3600 if name == "monitoring_interval" else 0
            most = 7 * _DAY if name == "monitoring_interval" else _DAY - 1
            check_number(name, int(value.total_seconds()), least, most)
            return value
        raise InvalidParameter(f"There is no replication setting '{name}'.")
