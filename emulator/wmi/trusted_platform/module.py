"""Win32_Tpm: what the module in the machine is, and whether Windows can use it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from emulator.wmi.rows import Row, RowView
from emulator.wmi.view import wmi_method

if TYPE_CHECKING:
    from emulator.wmi.method import Arguments, MethodResult

#: The vendor of the TCG's registry as four characters, and as the number that they make.
_VENDOR = "IFX "
_VENDOR_NUMBER = int.from_bytes(b"IFX\0", "big")
#: Specification -> SpecVersion, version of the physical presence interface, version of the vendor; chosen.
_VERSIONS = {
    "1.2": ("1.2, 2, 3", "1.2", "4.40"),
    "2.0": ("2.0, 0, 1.38", "1.3", "7.85"),
}


class TrustedPlatformModule(RowView):
    """The one module, when the profile says that there is one. Windows has made it ready and owns it."""

    class_name = "Win32_Tpm"
    constants = {
        "IsActivated_InitialValue": True,
        "IsEnabled_InitialValue": True,
        "IsOwned_InitialValue": True,
        "ManufacturerId": _VENDOR_NUMBER,
        "ManufacturerIdTxt": _VENDOR.strip(),
        "ManufacturerVersionInfo": "SLB9670",
    }

    def rows(self) -> Iterator[Row]:
        found = _VERSIONS.get(self.host.hardware.firmware.tpm)
        if found is None:
            return
        specification, presence, version = found
        values = {
            "ManufacturerVersion": version,
            "ManufacturerVersionFull20": f"{version}.4555.0" if specification.startswith("2") else None,
            "PhysicalPresenceVersionInfo": presence,
            "SpecVersion": specification,
        }
        yield Row("", values)

    @wmi_method
    def IsEnabled(self, _row: Row, arguments: Arguments) -> MethodResult:
        return arguments.result(0, IsEnabled=True)

    @wmi_method
    def IsActivated(self, _row: Row, arguments: Arguments) -> MethodResult:
        return arguments.result(0, IsActivated=True)

    @wmi_method
    def IsOwned(self, _row: Row, arguments: Arguments) -> MethodResult:
        return arguments.result(0, IsOwned=True)

    @wmi_method
    def IsReady(self, _row: Row, arguments: Arguments) -> MethodResult:
        """Whether Windows can use the module (2012 and later)."""
        return arguments.result(0, IsReady=True)

    @wmi_method
    def IsReadyInformation(self, _row: Row, arguments: Arguments) -> MethodResult:
        """The same, with a bit for each thing that is left to do (2012 and later)."""
        return arguments.result(0, IsReady=True, Information=0)

    @wmi_method
    def IsOwnershipAllowed(self, _row: Row, arguments: Arguments) -> MethodResult:
        return arguments.result(0, IsOwnershipAllowed=True)

    @wmi_method
    def IsEndorsementKeyPairPresent(self, _row: Row, arguments: Arguments) -> MethodResult:
        return arguments.result(0, IsEndorsementKeyPairPresent=True)

    @wmi_method
    def IsSrkAuthCompatible(self, _row: Row, arguments: Arguments) -> MethodResult:
        return arguments.result(0, IsSrkAuthCompatible=True)


VIEWS = (TrustedPlatformModule,)
