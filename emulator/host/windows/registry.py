"""The registry: hives, keys and values, with the rules of who may change what.

Paths are relative to a hive, with backslashes, in any case. The tree is bounded in keys, depth and bytes.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from emulator.host.errors import AccessDenied, HostError, InvalidParameter, NotFound, QuotaExceeded
from emulator.host.host_object import operation
from emulator.host.windows.registry_content import fill
from emulator.host.windows.registry_key import Data, RegistryKey, RegistryValue, ValueKind

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.security.accounts import Account

#: Windows' limits ("Registry Element Size Limits"): names of keys and values, depth of the tree.
LONGEST_KEY_NAME, LONGEST_VALUE_NAME, DEEPEST = 255, 16_383, 512
LONGEST_VALUE = 1 << 20
#: What the emulator keeps; a fresh machine has some hundred keys.
MAXIMUM_KEYS, MAXIMUM_BYTES = 50_000, 32 << 20

CLASSES_ROOT, CURRENT_USER, LOCAL_MACHINE, USERS, CURRENT_CONFIG = (
    0x80000000,
    0x80000001,
    0x80000002,
    0x80000003,
    0x80000005,
)
#: Names of the hives as reg.exe takes and shows them.
HIVES = {
    "HKEY_CLASSES_ROOT": CLASSES_ROOT,
    "HKEY_CURRENT_USER": CURRENT_USER,
    "HKEY_LOCAL_MACHINE": LOCAL_MACHINE,
    "HKEY_USERS": USERS,
    "HKEY_CURRENT_CONFIG": CURRENT_CONFIG,
}
#: KEY_QUERY_VALUE ... of the access rights of a key that only change it: KEY_SET_VALUE, KEY_CREATE_SUB_KEY,
#: KEY_CREATE_LINK, DELETE, WRITE_DAC, WRITE_OWNER.
WRITING = 0x2 | 0x4 | 0x20 | 0x10000 | 0x40000 | 0x80000
_SYSTEM_SID = "S-1-5-18"
_KIND_OF_DATA = {
    ValueKind.REG_SZ: str,
    ValueKind.REG_EXPAND_SZ: str,
    ValueKind.REG_BINARY: bytes,
    ValueKind.REG_DWORD: int,
    ValueKind.REG_MULTI_SZ: tuple,
    ValueKind.REG_QWORD: int,
}


class UnknownHive(InvalidParameter):
    """There is no hive of that number (ERROR_INVALID_HANDLE)."""

    hresult = 0x80070006
    default_text = "The handle is invalid."


class KeyNotFound(NotFound):
    """There is no such key or value (ERROR_FILE_NOT_FOUND)."""

    hresult = 0x80070002
    default_text = "The system cannot find the file specified."


_AUTO_LOGON_CHECKED = "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Winlogon\\AutoLogonChecked"


class Registry:
    """The registry of one machine. Methods take the account that asks; None is Windows itself."""

    def __init__(self, host: "Host") -> None:
        self.host = host
        self._machine = RegistryKey("HKEY_LOCAL_MACHINE")
        self._users = RegistryKey("HKEY_USERS")
        self._keys = 0
        self._bytes = 0
        #: How the changes of a transaction that goes on are taken back, the oldest first.
        self._undo: list[Callable[[], None]] | None = None
        with host.looking():
            fill(host, self._machine, self._users)
        for root in (self._machine, self._users):
            keys, size = root.audit()
            self._keys, self._bytes = self._keys + keys, self._bytes + size

    def boot(self) -> None:
        """Windows has started: winlogon says that it has looked for a user to log on by itself. Tools delete
        the key and wait for it after a restart."""
        self.create_key(LOCAL_MACHINE, _AUTO_LOGON_CHECKED)

    # -- reading ------------------------------------------------------------------------------

    @operation
    def key(self, hive: int, path: str, account: "Account | None" = None) -> RegistryKey:
        """A key. Raises UnknownHive, KeyNotFound, AccessDenied."""
        return self._find(hive, path, account)[0]

    @operation
    def subkeys(self, hive: int, path: str, account: "Account | None" = None) -> list[str]:
        """Names of the keys in a key, in order of names."""
        return sorted(
            (key.name for key in self.key(hive, path, account).subkeys().values()), key=str.casefold
        )

    @operation
    def values(self, hive: int, path: str, account: "Account | None" = None) -> list[RegistryValue]:
        """The values of a key in order of creation; the default value has the name ''."""
        return list(self.key(hive, path, account).values().values())

    @operation
    def value(self, hive: int, path: str, name: str, account: "Account | None" = None) -> RegistryValue:
        """One value. Raises KeyNotFound."""
        found = self.key(hive, path, account).values().get(name.casefold())
        if found is None:
            raise KeyNotFound()
        return found

    def may_write(self, hive: int, path: str, account: "Account | None") -> bool:
        """Administrators may write everywhere, others in the hive of their own user."""
        if account is None or account.is_administrator:
            return True
        root, parts = self._place(hive, path, account)
        return root is self._users and bool(parts) and parts[0].casefold() == account.sid.casefold()

    # -- changing -----------------------------------------------------------------------------

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make the changes of the block as one step: when one is refused, none of them was made."""
        with self.host.looking():
            undo = self._undo = []
            try:
                yield
            except BaseException:
                for step in reversed(undo):
                    with suppress(HostError):  # what the machine itself keeps may refuse its old value by now
                        step()
                raise
            finally:
                self._undo = None

    def _done(self, undo: Callable[[], None]) -> None:
        """A change was made, which ``undo`` takes back."""
        if self._undo is not None:
            self._undo.append(undo)
        self.host.next_revision()

    @operation
    def create_key(self, hive: int, path: str, account: "Account | None" = None) -> None:
        """Make a key with those above it; one that exists stays. Raises AccessDenied, InvalidParameter,
        QuotaExceeded."""
        self._require_write(hive, path, account)
        root, parts = self._place(hive, path, account)
        if len(parts) > DEEPEST or any(not 1 <= len(part) <= LONGEST_KEY_NAME for part in parts):
            raise InvalidParameter("The name of the registry key is not valid.")
        key, missing = root, list(parts)
        while missing and (below := key.subkeys().get(missing[0].casefold())) is not None:
            key = below
            del missing[0]
        if not missing:
            return
        if len(parts) == len(missing) or key.children is not None:
            # Hives are not made this way, nor what the machine itself lists.
            raise AccessDenied()
        if self._keys + len(missing) > MAXIMUM_KEYS:
            raise QuotaExceeded("The registry has no room for more keys.")
        above, count = key, len(missing)
        for name in missing:
            below = key.keys[name.casefold()] = RegistryKey(name)
            key = below
        self._keys += count

        def undo() -> None:
            del above.keys[missing[0].casefold()]
            self._keys -= count

        self._done(undo)

    @operation
    def delete_key(
        self, hive: int, path: str, account: "Account | None" = None, *, recursive: bool = False
    ) -> None:
        """Remove a key. Raises KeyNotFound; AccessDenied when it has subkeys and it is not ``recursive``."""
        key, parent = self._find(hive, path, account)
        self._require_write(hive, path, account)
        if parent is None or _holds_live(key) or key.name.casefold() not in parent.keys:
            raise AccessDenied()
        if key.subkeys() and not recursive:
            raise AccessDenied()
        keys, size = key.audit()
        del parent.keys[key.name.casefold()]
        self._keys, self._bytes = self._keys - keys, self._bytes - size

        def undo() -> None:
            parent.keys[key.name.casefold()] = key
            self._keys, self._bytes = self._keys + keys, self._bytes + size

        self._done(undo)

    @operation
    def set_value(
        self, hive: int, path: str, name: str, kind: ValueKind, data: Data, account: "Account | None" = None
    ) -> None:
        """Set a value of a key that exists. Raises KeyNotFound, AccessDenied, InvalidParameter,
        QuotaExceeded."""
        key = self._find(hive, path, account)[0]
        self._require_write(hive, path, account)
        value = RegistryValue(name, kind, data)
        if not isinstance(data, _KIND_OF_DATA[kind]) or len(name) > LONGEST_VALUE_NAME:
            raise InvalidParameter("The data do not fit the type of the registry value.")
        if isinstance(data, int) and not 0 <= data < 1 << (64 if kind is ValueKind.REG_QWORD else 32):
            raise InvalidParameter("The number does not fit the type of the registry value.")
        if value.size > LONGEST_VALUE:
            raise InvalidParameter("The data of the registry value are too long.")
        if key.live is not None and (name.casefold() not in key.own_values):
            live, shown = key.live, key.values().get(name.casefold())
            live.write(value)
            self._done(lambda: live.remove(name) if shown is None else live.write(shown))
            return
        before = key.own_values.get(name.casefold())
        growth = value.cost - (before.cost if before is not None else 0)
        if self._bytes + growth > MAXIMUM_BYTES:
            raise QuotaExceeded("The registry has no room for more data.")
        key.own_values[name.casefold()] = value
        self._bytes += growth

        def undo() -> None:
            if before is None:
                del key.own_values[name.casefold()]
            else:
                key.own_values[name.casefold()] = before
            self._bytes -= growth

        self._done(undo)

    @operation
    def delete_value(self, hive: int, path: str, name: str, account: "Account | None" = None) -> None:
        """Remove a value. Raises KeyNotFound, AccessDenied."""
        key = self._find(hive, path, account)[0]
        self._require_write(hive, path, account)
        found = key.values().get(name.casefold())
        if found is None:
            raise KeyNotFound()
        gone = key.own_values.pop(name.casefold(), None)
        if gone is None:
            if (live := key.live) is not None:
                live.remove(name)
                self._done(lambda: live.write(found))
            return
        self._bytes -= gone.cost

        def undo() -> None:
            key.own_values[name.casefold()] = gone
            self._bytes += gone.cost

        self._done(undo)

    # -- places -------------------------------------------------------------------------------

    def _place(self, hive: int, path: str, account: "Account | None") -> tuple[RegistryKey, tuple[str, ...]]:
        parts = tuple(part for part in path.split("\\") if part)
        sid = _SYSTEM_SID if account is None else account.sid
        if hive == LOCAL_MACHINE:
            return self._machine, parts
        if hive == USERS:
            return self._users, parts
        if hive == CURRENT_USER:
            return self._users, (sid, *parts)
        if hive == CLASSES_ROOT:
            return self._machine, ("SOFTWARE", "Classes", *parts)
        if hive == CURRENT_CONFIG:
            return self._machine, ("SYSTEM", "CurrentControlSet", "Hardware Profiles", "Current", *parts)
        raise UnknownHive()

    def _find(
        self, hive: int, path: str, account: "Account | None"
    ) -> tuple[RegistryKey, RegistryKey | None]:
        """The key and the one above it."""
        root, parts = self._place(hive, path, account)
        if root is self._machine and parts and parts[0].casefold() in ("sam", "security") and account:
            raise AccessDenied()
        key, above = root, None
        for part in parts:
            below = key.subkeys().get(part.casefold())
            if below is None:
                raise KeyNotFound()
            key, above = below, key
        return key, above

    def _require_write(self, hive: int, path: str, account: "Account | None") -> None:
        if not self.may_write(hive, path, account):
            raise AccessDenied()


def _holds_live(key: RegistryKey) -> bool:
    return key.is_live or any(_holds_live(below) for below in key.keys.values())
