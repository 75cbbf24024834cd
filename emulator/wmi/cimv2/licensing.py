"""Activation of Windows: a machine with a volume licence that is activated."""

from __future__ import annotations

from collections.abc import Iterator

from emulator.host.identifiers import derived_guid
from emulator.wmi.cimv2.base import Win32RowView
from emulator.wmi.rows import Row

#: ApplicationID of Windows (slmgr.vbs).
WINDOWS = "55c92734-d682-4d71-983e-d6ec3f16059f"
_LICENSED = 1


def _name(caption: str) -> str:
    """``Windows(R), ServerDatacenter edition`` of ``Microsoft Windows Server 2022 Datacenter``."""
    words = caption.removeprefix("Microsoft Windows ").split()
    edition = words[-1] if words else ""
    return f"Windows(R), {'Server' if 'Server' in words else ''}{edition} edition"


class LicensingProduct(Win32RowView):
    """The licence of Windows. It cannot be changed here."""

    class_name = "SoftwareLicensingProduct"
    constants = {
        "ApplicationID": WINDOWS,
        "EvaluationEndDate": None,
        "GenuineStatus": 0,
        "GracePeriodRemaining": 0,
        "IsKeyManagementServiceMachine": 0,
        "KeyManagementServicePort": 0,
        "LicenseFamily": None,
        "LicenseIsAddon": False,
        "LicenseStatus": _LICENSED,
        "LicenseStatusReason": 1074066433,
        "ProductKeyChannel": "Volume:MAK",
        "RemainingAppReArmCount": 1000,
        "RemainingSkuReArmCount": 1001,
    }

    def rows(self) -> Iterator[Row]:
        system = self.host.operating_system
        identifier = derived_guid("licence", system.caption).lower()
        name = _name(system.caption)
        yield Row(
            identifier,
            {
                "Description": "Windows(R) Operating System, VOLUME_MAK channel",
                "ID": identifier,
                "Name": name,
                "PartialProductKey": identifier[-5:].upper(),
                "ProductKeyID": system.product_id,
            },
        )


class LicensingService(Win32RowView):
    """The licensing service."""

    class_name = "SoftwareLicensingService"
    constants = {
        "IsKeyManagementServiceMachine": 0,
        "KeyManagementServiceDnsPublishing": True,
        "KeyManagementServiceHostCaching": True,
        "KeyManagementServiceListeningPort": 0,
        "KeyManagementServicePort": 1688,
        "RemainingWindowsReArmCount": 1001,
        "VLActivationInterval": 120,
        "VLRenewalInterval": 10080,
    }

    def rows(self) -> Iterator[Row]:
        release = self.host.release
        machine = derived_guid(self.host.first_name, "client machine").lower()
        yield Row(
            0,
            {
                "ClientMachineID": machine,
                "Version": f"{release.version}.{release.update_revision}",
            },
        )


VIEWS = (LicensingProduct, LicensingService)
