"""An entry of a directory: an account, a group or the machine with a cache of its properties."""

from __future__ import annotations

from collections.abc import Callable
from inspect import signature
from typing import TYPE_CHECKING, Any

from emulator.host import Account, Host
from emulator.host.security.accounts import Group
from emulator.powershell.dotnet.collections import GenericList
from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.principals import SecurityIdentifier
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.time_values import DateTime
from emulator.powershell.dotnet.types import builtin, type_of
from emulator.powershell.modules.management.directory_paths import Target, host_of
from emulator.powershell.runtime.conversion import convert
from emulator.powershell.runtime.errors import ConversionError, not_emulated
from emulator.powershell.runtime.invoke import invocation_error
from emulator.powershell.runtime.members import setting_error
from emulator.signed_numbers import signed32

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine


DISABLED, _LOCKED, _NO_PASSWORD, FIXED_PASSWORD, _NORMAL, NEVER_EXPIRES = 2, 16, 32, 64, 512, 65536
_SCRIPT = 1


def unknown_property(name: str) -> NetError:
    """The exception for a property that the cache does not hold."""
    return NetError(
        "System.Runtime.InteropServices.COMException",
        f"The directory property cannot be found in the cache. ({name})",
        hresult=signed32(0x8000500D),
    )


def _another_type() -> NetError:
    text = "The directory datatype cannot be converted to/from a native DS datatype"
    return NetError("System.Runtime.InteropServices.COMException", text, hresult=signed32(0x8000500C))


class PropertyValues(GenericList):
    """System.DirectoryServices.PropertyValueCollection: the values of one property."""

    __slots__ = ("entry", "name")

    def __init__(self, entry: DirectoryEntry, name: str, values: list[Any]) -> None:
        super().__init__(values, builtin("System.DirectoryServices.PropertyValueCollection"))
        self.entry = entry
        self.name = name


class DirectoryEntry:
    """System.DirectoryServices.DirectoryEntry. What is put stays in the cache until SetInfo."""

    __slots__ = ("engine", "kind", "new_name", "password", "pending", "target")
    is_raw = False

    def __init__(self, engine: Engine, kind: str, target: Target, new_name: str = "") -> None:
        self.engine = engine
        self.kind = kind
        self.target = target
        self.new_name = new_name
        self.pending: dict[str, Any] = {}
        self.password: str | None = None

    @property
    def host(self) -> Host:
        """The machine."""
        return host_of(self.engine)

    @property
    def name(self) -> str:
        """The name of what it stands for."""
        if isinstance(self.target, Account | Group):
            return self.target.name
        return self.target or self.new_name

    @property
    def path(self) -> str:
        """ADsPath."""
        top = "WORKGROUP" if self.host.operating_system.domain is None else self.host.operating_system.domain
        if self.kind == "Computer":
            return f"WinNT://{self.host.name}"
        if isinstance(self.target, Account) and not self.target.is_local:
            return f"WinNT://{self.target.domain}/{self.name}"
        return f"WinNT://{top}/{self.host.name}/{self.name}"

    # Properties

    def values(self) -> dict[str, Any]:
        """What the property cache holds, by name."""
        found: dict[str, Any] = {"Name": self.name}
        target = self.target
        if isinstance(target, Account):
            found.update(_user_values(target))
        elif isinstance(target, Group):
            found["Description"] = target.description
            found["groupType"] = 4
            found["objectSid"] = bytearray(SecurityIdentifier(target.sid).binary)
        elif self.kind == "Computer":
            found["OperatingSystem"] = "Windows NT"
            found["OperatingSystemVersion"] = "10.0"
        for name, value in self.pending.items():
            known = next((one for one in found if one.lower() == name.lower()), name)
            found[known] = value
        return found

    def dynamic_property(self, name: str, missing: Any = None) -> Any:
        """A property as PowerShell sees it: a collection of values; what is no property is asked of the
        object itself."""
        key = name.lower()
        found = next(((known, value) for known, value in self.values().items() if known.lower() == key), None)
        if found is not None:
            return found[1] if self.is_raw else PropertyValues(self, found[0], [found[1]])
        if isinstance(self.target, Account) and key in _OF_USERS:
            return _OF_USERS[key](self.target)
        return self.path if key == "adspath" else missing

    def dynamic_properties(self) -> list[str]:
        """The names of the properties that the cache holds."""
        return list(self.values())

    def set_dynamic_property(self, name: str, value: Any) -> bool:
        """Set a property in PowerShell: put a value into the cache. Raises what a setter raises."""
        try:
            return self.put(name, value)
        except NetError as problem:
            raise setting_error(name, problem) from None

    def put(self, name: str, value: Any) -> bool:
        """Put a value into the cache; false for what has no such properties. Raises NetError for a value of
        another type."""
        if self.kind not in ("User", "Group"):
            return False
        known = _WRITABLE[self.kind].get(name.lower())
        if known is None:
            self.engine.gap("ADSI property", f"{self.kind}.{name}")
            raise not_emulated(f"[ADSI]: setting {name} of a {self.kind.lower()}")
        held = unwrap(value)
        if isinstance(held, list) and len(held) == 1:
            held = unwrap(held[0])
        if known in _NUMBERS and held is not None:
            try:
                held = convert(held, builtin("System.Int32"), self.engine)
            except ConversionError:
                raise _another_type() from None
        self.pending[known] = held
        return True

    # Methods

    def call_dynamic_method(self, _engine: Engine, name: str, arguments: list[Any]) -> tuple[bool, Any]:
        """A method of the interfaces of ADSI."""
        # The methods make entries.
        from emulator.powershell.modules.management.directory_methods import METHODS

        run = METHODS.get(name.lower())
        if run is None:
            return False, None
        try:
            signature(run).bind(self, *arguments)
        except TypeError:
            problem = NetError(
                "System.Reflection.TargetParameterCountException",
                "Number of parameters specified does not match the expected number.",
            )
            raise invocation_error(name, len(arguments), problem.exception) from None
        try:
            return True, run(self, *arguments)
        except NetError as problem:
            raise invocation_error(name, len(arguments), problem.exception) from None

    def __str__(self) -> str:
        return type_of(self).name


class EntryObject(DirectoryEntry):
    """The COM object behind an entry, as methods of ADSI give it."""

    __slots__ = ("ps_type",)
    is_raw = True

    def __init__(self, engine: Engine, kind: str, target: Target) -> None:
        super().__init__(engine, kind, target)
        self.ps_type = builtin("System.__ComObject")


def _user_values(account: Account) -> dict[str, Any]:
    state = account.logon
    flags = _NORMAL | _SCRIPT
    flags |= DISABLED if account.disabled else 0
    flags |= _LOCKED if account.host.accounts.rules.is_locked(account) else 0
    flags |= 0 if state.may_change_password else FIXED_PASSWORD
    flags |= 0 if state.password_expires else NEVER_EXPIRES
    flags |= _NO_PASSWORD if not account.password else 0
    found: dict[str, Any] = {
        "UserFlags": flags,
        "FullName": account.full_name,
        "Description": account.description,
        "HomeDirectory": account.home_directory,
        "LoginScript": account.logon_script,
        "Profile": account.profile_path,
        "PasswordExpired": int(state.must_change_password),
        "objectSid": bytearray(SecurityIdentifier(account.sid).binary),
    }
    if state.account_expires is not None:
        offset = account.host.operating_system.utc_offset()
        found["AccountExpirationDate"] = DateTime.from_python(state.account_expires, offset)
    return found


_OF_USERS: dict[str, Callable[[Account], Any]] = {
    "accountdisabled": lambda account: account.disabled,
    "isaccountlocked": lambda account: account.host.accounts.rules.is_locked(account),
    "passwordrequired": lambda account: bool(account.password),
}
_USER_PROPERTIES = """UserFlags FullName Description HomeDirectory LoginScript Profile PasswordExpired
AccountExpirationDate AccountDisabled IsAccountLocked"""
_NUMBERS = frozenset({"UserFlags", "PasswordExpired"})
_WRITABLE = {
    "User": {one.lower(): one for one in _USER_PROPERTIES.split()},
    "Group": {"description": "Description"},
}
