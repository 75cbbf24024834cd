"""What is installed and how the machine boots: hot fixes, products, boot configuration, paging file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from emulator.cim.errors import IllegalNull
from emulator.host.windows.installed_products import installed_products
from emulator.host.windows.operating_system import PAGING_FILE, paging_file_size
from emulator.wmi.association import End, Link, the_host
from emulator.wmi.changes import Rule, number
from emulator.wmi.cimv2.base import Win32RowView
from emulator.wmi.cimv2.computer_system import ComputerSystem
from emulator.wmi.cimv2.operating_system import OperatingSystem
from emulator.wmi.rows import Row

if TYPE_CHECKING:
    from emulator.cim.instance import ValueInstance
    from emulator.host import Host
    from emulator.wmi.keys import Keys
    from emulator.wmi.namespace import Namespace

_MEGABYTE = 1 << 20
_INSTALLED = 5


class QuickFixEngineering(Win32RowView):
    """An installed update."""

    class_name = "Win32_QuickFixEngineering"
    constants = {"ServicePackInEffect": "", "FixComments": ""}

    def rows(self) -> Iterator[Row]:
        system = self.host.operating_system
        for fix in system.facts.hot_fixes:
            day = fix.installed_on or self.local_time(system.install_date).date()
            yield Row(
                fix.id,
                {
                    "Caption": f"https://support.microsoft.com/help/{fix.id[2:]}",
                    "CSName": self.host.name,
                    "Description": fix.description,
                    "HotFixID": fix.id,
                    "InstalledBy": fix.installed_by,
                    "InstalledOn": f"{day.month}/{day.day}/{day.year}",
                },
            )


class Product(Win32RowView):
    """A product that Windows Installer installed."""

    class_name = "Win32_Product"
    constants = {"AssignmentType": 1, "InstallState": _INSTALLED, "Language": "1033", "Vendor": "Microsoft"}

    def rows(self) -> Iterator[Row]:
        for product in installed_products(self.host):
            yield Row(
                product.code,
                {
                    "Caption": product.name,
                    "Description": product.name,
                    "IdentifyingNumber": product.code,
                    "InstallDate": product.installed.strftime("%Y%m%d"),
                    "InstallLocation": product.location,
                    "Name": product.name,
                    "PackageCode": product.code,
                    "PackageName": product.package,
                    "RegOwner": self.host.operating_system.registered_owner,
                    "Version": product.version,
                },
            )


class BootConfiguration(Win32RowView):
    """Where Windows was booted from."""

    class_name = "Win32_BootConfiguration"
    constants = {
        "BootDirectory": "C:\\Windows",
        "Caption": "\\Device\\Harddisk0\\Partition1",
        "ConfigurationPath": "C:\\Windows",
        "Description": "\\Device\\Harddisk0\\Partition1",
        "Name": "BootConfiguration",
        "ScratchDirectory": "C:\\Windows\\system32\\config\\systemprofile\\AppData\\Local\\Temp",
        "TempDirectory": "C:\\Windows\\system32\\config\\systemprofile\\AppData\\Local\\Temp",
    }

    def rows(self) -> Iterator[Row]:
        letters = sorted(volume.letter for volume in self.host.filesystem.volumes)
        yield Row(0, {"LastDrive": f"{letters[-1]}:"})


class PageFileUsage(Win32RowView):
    """The paging file, in MB. Nothing is paged out in a machine without load."""

    class_name = "Win32_PageFileUsage"
    constants = {
        "Caption": PAGING_FILE,
        "CurrentUsage": 0,
        "Description": PAGING_FILE,
        "Name": PAGING_FILE,
        "PeakUsage": 0,
        "TempPageFile": False,
    }

    def rows(self) -> Iterator[Row]:
        size = paging_file_size(self.host) // _MEGABYTE
        installed = self.local_time(self.host.operating_system.install_date)
        yield Row(0, {"AllocatedBaseSize": size, "InstallDate": installed})


class PageFileSetting(Win32RowView):
    """A paging file that an administrator set; none while Windows manages them. It counts from the next boot
    on, as the registry's list does."""

    class_name = "Win32_PageFileSetting"
    index = ("Name",)
    writable = {"InitialSize": Rule("", "smallest", number), "MaximumSize": Rule("", "largest", number)}

    def rows(self) -> Iterator[Row]:
        for path in self.host.operating_system.paging_files:
            yield self.row_of(path)

    def by_key(self, keys: Keys) -> Row | None:
        wanted = keys.text("Name").casefold()
        return next((row for row in self.rows() if str(row.identity).casefold() == wanted), None)

    def row_of(self, path: str) -> Row:
        smallest, largest = self.host.operating_system.paging_files[path]
        values = {
            "Caption": f"{path[:2]}\\ 'pagefile.sys'",
            "Description": f"'pagefile.sys' @ {path[:2]}\\",
            "InitialSize": smallest,
            "MaximumSize": largest,
            "Name": path,
            "SettingID": f"pagefile.sys @ {path[:2]}",
        }
        return Row(path, values)

    def create(self, values: ValueInstance) -> Row:
        name = values.value("Name")
        if not name:
            raise IllegalNull("Name")
        sizes = [number(values.value(each) or 0) for each in ("InitialSize", "MaximumSize")]
        return self.row_of(self.host.operating_system.set_paging_file(str(name), *sizes))

    def write(self, item: Row, settings: dict[str, Any]) -> None:
        smallest, largest = self.host.operating_system.paging_files[str(item.identity)]
        sizes = {"smallest": smallest, "largest": largest, **settings}
        self.host.operating_system.set_paging_file(str(item.identity), **sizes)

    def refreshed(self, item: Row) -> Row:
        return self.row_of(str(item.identity))

    def delete(self, item: Row) -> None:
        self.host.operating_system.remove_paging_file(str(item.identity))


def _boot_configuration(namespace: Namespace, _host: Host) -> Iterator[Row]:
    return namespace.view(BootConfiguration).rows()


VIEWS = (BootConfiguration, PageFileSetting, PageFileUsage, Product, QuickFixEngineering)
LINKS = (
    Link(
        "Win32_OperatingSystemQFE",
        End("Antecedent", OperatingSystem, lambda namespace, _: namespace.view(QuickFixEngineering).rows()),
        End("Dependent", QuickFixEngineering, the_host),
    ),
    Link(
        "Win32_SystemBootConfiguration",
        End("Element", ComputerSystem, _boot_configuration),
        End("Setting", BootConfiguration, the_host),
    ),
)
