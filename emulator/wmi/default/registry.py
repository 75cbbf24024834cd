"""StdRegProv: the registry through static methods (WmiSdk, "StdRegProv class").

Return values are Windows' error numbers: 0, 2 for what is not there, 5 for what one may not, 6 for an unknown
hive, 87 for bad data. A value of another type than the method's is WBEM_E_TYPE_MISMATCH.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.host.windows.registry import LOCAL_MACHINE, WRITING, KeyNotFound
from emulator.host.windows.registry_key import Data, RegistryValue, ValueKind
from emulator.wmi.view import View, wmi_method

if TYPE_CHECKING:
    from emulator.host.errors import HostError
    from emulator.wmi.method import Arguments, MethodResult

_ACCESS_DENIED, _INVALID_PARAMETER = 5, 87
_TYPE_MISMATCH = 0x80041005
#: KEY_QUERY_VALUE and KEY_SET_VALUE, when nothing is asked for.
_DEFAULT_RIGHTS = 3


class RegistryProvider(View[None]):
    """The registry. The class has no instances."""

    class_name = "StdRegProv"

    def return_value(self, error: HostError) -> int:
        return error.hresult & 0xFFFF

    @wmi_method
    def EnumKey(self, _item: None, arguments: Arguments) -> MethodResult:
        """Names of the subkeys; NULL when there are none."""
        names = self.host.registry.subkeys(*_place(arguments), arguments.caller)
        return arguments.result(0, sNames=names or None)

    @wmi_method
    def EnumValues(self, _item: None, arguments: Arguments) -> MethodResult:
        """Names and types of the values; NULL when there are none."""
        values = self.host.registry.values(*_place(arguments), arguments.caller)
        names = [value.name for value in values] or None
        return arguments.result(0, sNames=names, Types=[int(value.kind) for value in values] or None)

    @wmi_method
    def CreateKey(self, _item: None, arguments: Arguments) -> MethodResult:
        """Make a key with all above it."""
        hive, path = _place(arguments)
        if not path:
            return arguments.result(_INVALID_PARAMETER)
        self.host.registry.create_key(hive, path, arguments.caller)
        return arguments.result(0)

    @wmi_method
    def DeleteKey(self, _item: None, arguments: Arguments) -> MethodResult:
        """Remove a key without subkeys."""
        self.host.registry.delete_key(*_place(arguments), arguments.caller)
        return arguments.result(0)

    @wmi_method
    def DeleteValue(self, _item: None, arguments: Arguments) -> MethodResult:
        """Remove a value."""
        self.host.registry.delete_value(*_place(arguments), _name(arguments), arguments.caller)
        return arguments.result(0)

    @wmi_method
    def CheckAccess(self, _item: None, arguments: Arguments) -> MethodResult:
        """Whether the caller has the rights; 5 when it has not."""
        hive, path = _place(arguments)
        rights = arguments.integer("uRequired")
        registry = self.host.registry
        registry.key(hive, path, arguments.caller)
        asked = _DEFAULT_RIGHTS if rights is None else rights
        granted = not asked & WRITING or registry.may_write(hive, path, arguments.caller)
        return arguments.result(0 if granted else _ACCESS_DENIED, bGranted=granted)

    @wmi_method
    def GetStringValue(self, _item: None, arguments: Arguments) -> MethodResult:
        """Text; that of an expandable value as it is stored."""
        return self._get(arguments, (ValueKind.REG_SZ, ValueKind.REG_EXPAND_SZ), "sValue")

    @wmi_method
    def GetExpandedStringValue(self, _item: None, arguments: Arguments) -> MethodResult:
        """Text with the system's environment variables in it replaced."""
        value = self._value(arguments)
        if value.kind not in (ValueKind.REG_SZ, ValueKind.REG_EXPAND_SZ):
            return arguments.result(_TYPE_MISMATCH)
        return arguments.result(0, sValue=self.host.environment_variables.expanded(str(value.data)))

    @wmi_method
    def GetMultiStringValue(self, _item: None, arguments: Arguments) -> MethodResult:
        """Several texts."""
        return self._get(arguments, (ValueKind.REG_MULTI_SZ,), "sValue")

    @wmi_method
    def GetDWORDValue(self, _item: None, arguments: Arguments) -> MethodResult:
        """A number of 32 bits."""
        return self._get(arguments, (ValueKind.REG_DWORD,), "uValue")

    @wmi_method
    def GetQWORDValue(self, _item: None, arguments: Arguments) -> MethodResult:
        """A number of 64 bits."""
        return self._get(arguments, (ValueKind.REG_QWORD,), "uValue")

    @wmi_method
    def GetBinaryValue(self, _item: None, arguments: Arguments) -> MethodResult:
        """Bytes."""
        return self._get(arguments, (ValueKind.REG_BINARY,), "uValue")

    @wmi_method
    def SetStringValue(self, _item: None, arguments: Arguments) -> MethodResult:
        """Text; nothing given is empty text."""
        return self._set(arguments, ValueKind.REG_SZ, arguments.text("sValue") or "")

    @wmi_method
    def SetExpandedStringValue(self, _item: None, arguments: Arguments) -> MethodResult:
        """Text with references to environment variables."""
        return self._set(arguments, ValueKind.REG_EXPAND_SZ, arguments.text("sValue") or "")

    @wmi_method
    def SetMultiStringValue(self, _item: None, arguments: Arguments) -> MethodResult:
        """Several texts."""
        given: Any = arguments.get("sValue") or []
        return self._set(arguments, ValueKind.REG_MULTI_SZ, tuple(str(each) for each in given))

    @wmi_method
    def SetDWORDValue(self, _item: None, arguments: Arguments) -> MethodResult:
        """A number of 32 bits; Windows writes 3 when none is given."""
        given = arguments.integer("uValue")
        return self._set(arguments, ValueKind.REG_DWORD, 3 if given is None else given)

    @wmi_method
    def SetQWORDValue(self, _item: None, arguments: Arguments) -> MethodResult:
        """A number of 64 bits; Windows writes 3 when none is given."""
        given = arguments.integer("uValue")
        return self._set(arguments, ValueKind.REG_QWORD, 3 if given is None else given)

    @wmi_method
    def SetBinaryValue(self, _item: None, arguments: Arguments) -> MethodResult:
        """Bytes; Windows writes 1 and 2 when none are given."""
        given = arguments.integers("uValue")
        return self._set(arguments, ValueKind.REG_BINARY, bytes(given or (1, 2)))

    def _value(self, arguments: Arguments) -> RegistryValue:
        return self.host.registry.value(*_place(arguments), _name(arguments), arguments.caller)

    def _get(self, arguments: Arguments, kinds: tuple[ValueKind, ...], out: str) -> MethodResult:
        try:
            value = self._value(arguments)
        except KeyNotFound:
            # The default value of a key that exists and has none is missing in another way.
            self.host.registry.key(*_place(arguments), arguments.caller)
            return arguments.result(1)
        if value.kind not in kinds:
            return arguments.result(_TYPE_MISMATCH)
        data = value.data
        return arguments.result(0, **{out: list(data) if isinstance(data, bytes | tuple) else data})

    def _set(self, arguments: Arguments, kind: ValueKind, data: Data) -> MethodResult:
        place = _place(arguments)
        self.host.registry.set_value(*place, _name(arguments), kind, data, arguments.caller)
        return arguments.result(0)


def _place(arguments: Arguments) -> tuple[int, str]:
    hive = arguments.integer("hDefKey")
    return LOCAL_MACHINE if hive is None else hive, arguments.text("sSubKeyName") or ""


def _name(arguments: Arguments) -> str:
    return arguments.text("sValueName") or ""
