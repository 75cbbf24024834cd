"""Instances in the hands of a script: CimInstance (CimCmdlets) and ManagementObject (the WMI cmdlets).

Both hold the values of the moment at which they were read, as Windows' do.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from emulator.cim.declaration import ClassDeclaration, MethodDeclaration
from emulator.cim.errors import CimError
from emulator.cim.instance import Instance, ValueInstance
from emulator.cim.object_path import ObjectPath
from emulator.powershell.dotnet.collections import PSArray, TypedArray
from emulator.powershell.dotnet.psobject import PSObject
from emulator.powershell.dotnet.time_values import parse_date
from emulator.powershell.dotnet.types import PSType, array_of, builtin, register
from emulator.powershell.modules.cim.instrumentation import CimNamespace, ManagementInstrumentation, class_of
from emulator.powershell.modules.cim.values import from_net, to_net
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import PSError, error

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

CIM_INSTANCE = "Microsoft.Management.Infrastructure.CimInstance"
MANAGEMENT_OBJECT = "System.Management.ManagementObject"


class ManagedObject:
    """An instance. `selected` are the properties that were asked for, None for all; `changed` what the script
    has set since."""

    __slots__ = ("changed", "declaration", "engine", "namespace", "path", "selected", "server", "values")

    def __init__(
        self, engine: Engine, instance: Instance, namespace: str, selected: tuple[str, ...] | None = None
    ) -> None:
        self.engine = engine
        self.declaration = instance.declaration
        self.namespace = namespace
        self.server = instance.server
        self.selected = selected
        self.changed: dict[str, Any] = {}
        wanted = [one.name for one in self.declaration.properties if self._is_selected(one.name)]
        self.values: dict[str, Any] = {name: instance.value(name) for name in wanted}
        keys = {name: instance.value(name) for name in self.declaration.keys}
        has_keys = bool(keys) and all(value is not None for value in keys.values())
        self.path: ObjectPath | None = instance.path if has_keys or self.declaration.is_singleton else None

    def _is_selected(self, name: str) -> bool:
        return self.selected is None or name in self.selected

    def _read(self, name: str) -> Any:
        raise NotImplementedError

    def as_instance(self, engine: Engine) -> ValueInstance:
        """The values as an instance, with what the script has set."""
        values = {name: value for name, value in self.values.items() if value is not None}
        values.update({name: from_net(value, engine) for name, value in self.changed.items()})
        return ValueInstance(self.declaration, values, self.namespace, self.server)

    def read(self, name: str, *, texts_of_dates: bool, kind: type[ManagedObject]) -> Any:
        """A property as .NET has it."""
        if name in self.changed:
            return self.changed[name]
        declared = self.declaration.property(name)
        if declared.name == "InstalledOn":
            # types.ps1xml makes a date of it.
            return parse_date(to_text(self.values.get(declared.name)))
        return to_net(
            self.values.get(declared.name),
            declared.type,
            self.engine,
            lambda one: kind(self.engine, one, self.namespace),
            texts_of_dates=texts_of_dates,
        )

    def set_dynamic_property(self, name: str, value: Any) -> bool:
        """Set a property of the object in hand; what is written back goes by Put or Set-CimInstance."""
        found = self.declaration.find_property(name)
        if found is None:
            return False
        self.changed[found.name] = value
        return True


class CimInstance(ManagedObject):
    """Microsoft.Management.Infrastructure.CimInstance."""

    __slots__ = ("computer",)

    def __init__(
        self,
        engine: Engine,
        instance: Instance,
        namespace: str,
        selected: tuple[str, ...] | None = None,
        computer: str | None = None,
    ) -> None:
        super().__init__(engine, instance, namespace, selected)
        self.computer = computer

    @property
    def ps_type_names(self) -> tuple[str, ...]:
        """With each class of the derivation, in the namespace and without it."""
        return tuple(f"{CIM_INSTANCE}#{one}" for one in class_of(self.declaration, self.namespace, "/"))

    @property
    def default_display(self) -> tuple[str, ...] | None:
        """The properties that a list shows without being told."""
        return _display(self.declaration)

    def dynamic_property(self, name: str, missing: Any) -> Any:
        """A property of the class, or one of the object itself."""
        found = self.declaration.find_property(name)
        if found is not None:
            return self.read(found.name, texts_of_dates=False, kind=CimInstance)
        key = name.lower()
        if key == "pscomputername":
            return self.computer
        if key == "cimclass":
            return f"{self.namespace.replace('/', chr(92))}:{self.declaration.name}"
        if key == "cimsystemproperties":
            return PSObject.custom(
                [
                    ("Namespace", self.namespace),
                    ("ServerName", self.server),
                    ("ClassName", self.declaration.name),
                    ("Path", None),
                ]
            )
        if key == "ciminstanceproperties":
            return PSArray(
                PSObject.custom(
                    [
                        ("Name", one.name),
                        ("Value", self.read(one.name, texts_of_dates=False, kind=CimInstance)),
                        ("CimType", one.type.name.capitalize()),
                    ]
                )
                for one in self.declaration.properties
            )
        return missing

    def dynamic_properties(self) -> list[str]:
        """The class's, in its order, and those of the object."""
        return [
            *(one.name for one in self.declaration.properties),
            "PSComputerName",
            "CimClass",
            "CimInstanceProperties",
            "CimSystemProperties",
        ]

    def __str__(self) -> str:
        keys = ", ".join(
            f'{name} = "{to_text(self.dynamic_property(name, None))}"' for name in self.declaration.keys
        )
        return f"{self.declaration.name} ({keys})" if keys else self.declaration.name


class ManagementObject(ManagedObject):
    """System.Management.ManagementObject."""

    __slots__ = ()

    @property
    def ps_type_names(self) -> tuple[str, ...]:
        """With each class of the derivation, in the namespace and without it."""
        names = class_of(self.declaration, self.namespace, "\\")
        return tuple(f"{MANAGEMENT_OBJECT}#{one}" for one in names)

    @property
    def default_display(self) -> tuple[str, ...] | None:
        """The properties that a list shows without being told."""
        return _display(self.declaration) if self.selected is None else None

    def dynamic_property(self, name: str, missing: Any) -> Any:
        """A property that was read, or a system property."""
        found = self.declaration.find_property(name)
        if found is not None and self._is_selected(found.name):
            return self.read(found.name, texts_of_dates=True, kind=ManagementObject)
        system = self._system().get(name.lower(), missing)
        return system[1] if system is not missing else missing

    def dynamic_properties(self) -> list[str]:
        """The system properties, then those that were read."""
        own = [one.name for one in self.declaration.properties if self._is_selected(one.name)]
        return ["PSComputerName", *(name for name, _ in list(self._system().values())[:-1]), *own]

    def _system(self) -> dict[str, tuple[str, Any]]:
        declaration = self.declaration
        bases = declaration.derivation[1:]
        path = self.path if self.selected is None else None
        pairs = [
            ("__GENUS", 2),
            ("__CLASS", declaration.name),
            ("__SUPERCLASS", declaration.superclass),
            ("__DYNASTY", declaration.derivation[-1]),
            ("__RELPATH", path.relative if path is not None else None),
            ("__PROPERTY_COUNT", len(self.values)),
            ("__DERIVATION", TypedArray(list(bases), array_of(builtin("System.String")))),
            ("__SERVER", self.server),
            ("__NAMESPACE", self.namespace.replace("/", "\\")),
            ("__PATH", str(path.located(self.server, self.namespace)) if path is not None else None),
            ("PSComputerName", self.server),
        ]
        return {name.lower(): (name, value) for name, value in pairs}

    def call_dynamic_method(self, engine: Engine, name: str, arguments: Sequence[Any]) -> tuple[bool, Any]:
        """Put, Delete, GetRelated, or a method of the class with its parameters in order."""
        service = engine.find_service(ManagementInstrumentation)  # type: ignore[type-abstract]
        key = name.lower()
        declared = next((one for one in self.declaration.methods if one.name.lower() == key), None)
        if service is None or (declared is None and key not in ("put", "delete", "getrelated", "get")):
            return False, None
        try:
            space = service.namespace(self.namespace, calls_method=True)
            target = space.find(self.path) if self.path is not None else None
            if declared is not None:
                given = zip(_in_parameters(declared), arguments, strict=False)
                values = {one: from_net(value, engine) for one, value in given}
                return True, call_method(engine, service, space, target, declared, values)
            if key == "put":
                space.put(target, self.as_instance(engine))
                return True, str(self.path)
            if key == "delete":
                space.delete(target)
                return True, None
            if key == "get":
                return True, None
            wanted = to_text(arguments[0]) if arguments else None
            found = space.associators(self.path or "", None, wanted)
            with space.reading():
                return True, PSArray(ManagementObject(engine, one, space.name) for one in found)
        except CimError as problem:
            raise _method_failure(name, len(arguments), problem) from None

    def __str__(self) -> str:
        return str(self.path.located(self.server, self.namespace)) if self.path is not None else ""


def _method_failure(name: str, count: int, problem: CimError) -> PSError:
    return error(
        f'Exception calling "{name}" with "{count}" argument(s): "{problem.text}"',
        "MethodInvocationException",
        kind="System.Management.Automation.MethodInvocationException",
    )


def _in_parameters(method: MethodDeclaration) -> list[str]:
    return [one.name for one in method.parameters if one.is_in]


def call_method(
    engine: Engine,
    service: ManagementInstrumentation,
    space: CimNamespace,
    target: Any,
    method: MethodDeclaration,
    values: dict[str, Any],
    *,
    texts_of_dates: bool = True,
) -> PSObject:
    """Call a method; the return value and the out parameters as an object."""
    answer = space.invoke(target, method.name, values, service.account)
    kind = ManagementObject if texts_of_dates else CimInstance
    pairs: list[tuple[str, Any]] = []
    with space.reading():
        for name, value in answer.out.items():
            declared = method.parameter(name)
            if declared is not None:
                shown = to_net(
                    value,
                    declared.type,
                    engine,
                    lambda one: kind(engine, one, space.name),
                    texts_of_dates=texts_of_dates,
                )
                pairs.append((name, shown))
    result = answer.return_value
    code = builtin_number(result)
    if texts_of_dates:
        system = [
            ("__GENUS", 1),
            ("__CLASS", "__PARAMETERS"),
            ("__SUPERCLASS", None),
            ("__DYNASTY", "__PARAMETERS"),
            ("__RELPATH", None),
            ("__PROPERTY_COUNT", len(pairs) + 1),
            ("__DERIVATION", TypedArray([], array_of(builtin("System.String")))),
            ("__SERVER", None),
            ("__NAMESPACE", None),
            ("__PATH", None),
        ]
        return PSObject.custom(
            [*system, *pairs, ("ReturnValue", code), ("PSComputerName", None)],
            (
                "System.Management.ManagementBaseObject#\\__PARAMETERS",
                "System.Management.ManagementBaseObject",
            ),
        )
    return PSObject.custom(
        [*pairs, ("ReturnValue", code), ("PSComputerName", None)],
        ("Microsoft.Management.Infrastructure.CimMethodResult",),
    )


def builtin_number(value: Any) -> Any:
    """A return value: uint32 in nearly every method."""
    from emulator.powershell.dotnet.numbers import UInt32

    return UInt32(value) if isinstance(value, int) and not isinstance(value, bool) else value


#: What PowerShell's types.ps1xml shows of common classes.
_DISPLAYS = {
    "Win32_OperatingSystem": "SystemDirectory Organization BuildNumber RegisteredUser SerialNumber Version",
    "Win32_ComputerSystem": "Domain Manufacturer Model Name PrimaryOwnerName TotalPhysicalMemory",
    "Win32_BIOS": "SMBIOSBIOSVersion Manufacturer Name SerialNumber Version",
    "Win32_LogicalDisk": "DeviceID DriveType ProviderName FreeSpace Size VolumeName",
    "Win32_Processor": "Caption DeviceID Manufacturer MaxClockSpeed Name SocketDesignation",
    "Win32_Service": "ExitCode Name ProcessId StartMode State Status",
    "Win32_DiskDrive": "Partitions DeviceID Model Size Caption",
    "Win32_NetworkAdapter": "ServiceName MACAddress AdapterType DeviceID Name NetworkAddresses Speed",
    "Win32_NetworkAdapterConfiguration": (
        "DHCPEnabled IPAddress DefaultIPGateway DNSDomain ServiceName Description Index"
    ),
    "Win32_DiskPartition": "NumberOfBlocks BootPartition Name PrimaryPartition Size Index",
    "Win32_Share": "Name Path Description",
    "Win32_UserAccount": "AccountType Caption Domain SID FullName Name",
    "Win32_Group": "Caption Domain Name SID",
    "Win32_Account": "Caption Domain Name SID",
    "Win32_TimeZone": "Bias SettingID Caption",
    "Win32_Product": "IdentifyingNumber Name Vendor Version Caption",
    "Win32_QuickFixEngineering": "Description HotFixID InstalledBy InstalledOn",
}


def _display(declaration: ClassDeclaration) -> tuple[str, ...] | None:
    for name in declaration.derivation:
        if name in _DISPLAYS:
            return tuple(_DISPLAYS[name].split())
    return None


def _object_text(value: ManagedObject) -> str:
    return str(value)


register(PSType(CIM_INSTANCE, to_text=_object_text), CimInstance)
register(
    PSType(
        MANAGEMENT_OBJECT,
        base="System.Management.ManagementBaseObject",
        instance={
            "Path": lambda o: PSObject.custom(
                [("Path", str(o)), ("RelativePath", o._system()["__relpath"][1])]
            )
        },
        to_text=_object_text,
    ),
    ManagementObject,
)
builtin(MANAGEMENT_OBJECT).own_members["path"].hidden = True  # type: ignore[union-attr]
register(PSType("System.Management.ManagementBaseObject", base="System.ComponentModel.Component"))
register(PSType("System.ComponentModel.Component", base="System.MarshalByRefObject"))
