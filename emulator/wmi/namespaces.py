"""Which namespaces a host has: from which release on, and whether only with the Hyper-V role."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.record import Record
from emulator.wmi.release_order import is_since

if TYPE_CHECKING:
    from emulator.host import Host


class NamespaceDefinition(Record):
    """A namespace.

    `spelled` is the path as Windows spells it; `schema` names its table of classes and `package` the package
    with its views, None where there are only the system classes; `since` is the first release that has it.
    `hyper_v` is set for a namespace that comes with the role: 'v1' or 'v2', the provider that the release
    must have; `replaces` names the provider whose classes the namespace had until the release lost it.
    """

    spelled: str
    schema: str | None = None
    package: str | None = None
    since: str = "2008"
    hyper_v: str = ""
    replaces: str = ""
    servers_only: bool = False

    @property
    def name(self) -> str:
        """The path in lower case, such as `root/cimv2`."""
        return self.spelled.lower()

    def exists(self, host: Host) -> bool:
        """Whether the host has the namespace now."""
        if self.hyper_v and not (host.role.active and self.hyper_v in host.release.wmi_namespaces):
            return False
        if self.replaces and self.replaces in host.release.wmi_namespaces:
            return False
        if self.servers_only and host.release.is_client:
            return False
        return is_since(host.release.key, self.since)


# Spelling and presence: a listing of __NAMESPACE on a host of 2016 with Hyper-V, `Source root.` heads and
# folders of microsoft/wmi (2019, 23H2), the requirements of the class pages (Hyper-V: 2012 and 2016).
NAMESPACES = (
    NamespaceDefinition("root", "root"),
    NamespaceDefinition("root/CIMV2", "root_cimv2", "emulator.wmi.cimv2"),
    NamespaceDefinition("root/CIMV2/Security"),
    NamespaceDefinition(
        "root/CIMV2/Security/MicrosoftTpm",
        "root_cimv2_security_microsofttpm",
        "emulator.wmi.trusted_platform",
    ),
    NamespaceDefinition("root/DEFAULT", "root_default", "emulator.wmi.default"),
    NamespaceDefinition("root/HyperVCluster", since="2016", hyper_v="v2", servers_only=True),
    NamespaceDefinition(
        "root/HyperVCluster/v2", "root_hypervcluster_v2", since="2016", hyper_v="v2", servers_only=True
    ),
    NamespaceDefinition("root/Interop", "root_interop", "emulator.wmi.interop", since="2012"),
    NamespaceDefinition("root/Microsoft", since="2012"),
    NamespaceDefinition("root/Microsoft/Windows", since="2012"),
    NamespaceDefinition(
        "root/Microsoft/Windows/DesiredStateConfiguration",
        "root_microsoft_windows_desiredstateconfiguration",
        since="2012R2",
    ),
    NamespaceDefinition(
        "root/Microsoft/Windows/DeviceGuard",
        "root_microsoft_windows_deviceguard",
        "emulator.wmi.device_guard",
        since="2016",
    ),
    NamespaceDefinition("root/Microsoft/Windows/Dns", "root_microsoft_windows_dns", since="2012"),
    NamespaceDefinition("root/Microsoft/Windows/Hgs", "root_microsoft_windows_hgs", since="2016"),
    NamespaceDefinition(
        "root/Microsoft/Windows/ManagementTools", "root_microsoft_windows_managementtools", since="2016"
    ),
    NamespaceDefinition(
        "root/Microsoft/Windows/PowerShellv3", "root_microsoft_windows_powershellv3", since="2012"
    ),
    NamespaceDefinition(
        "root/Microsoft/Windows/ServerManager",
        "root_microsoft_windows_servermanager",
        "emulator.wmi.servermanager",
        since="2012",
        servers_only=True,
    ),
    NamespaceDefinition(
        "root/Microsoft/Windows/SMB", "root_microsoft_windows_smb", "emulator.wmi.smb", since="2012"
    ),
    NamespaceDefinition(
        "root/Microsoft/Windows/Storage",
        "root_microsoft_windows_storage",
        "emulator.wmi.storage",
        since="2012",
    ),
    NamespaceDefinition(
        "root/Microsoft/Windows/TaskScheduler",
        "root_microsoft_windows_taskscheduler",
        "emulator.wmi.task_scheduler",
        since="2012",
    ),
    NamespaceDefinition("root/SECURITY", "root_security"),
    NamespaceDefinition(
        "root/StandardCimv2", "root_standardcimv2", "emulator.wmi.standardcimv2", since="2012"
    ),
    NamespaceDefinition("root/subscription", "root_subscription"),
    NamespaceDefinition(
        "root/virtualization", "root_virtualization", "emulator.wmi.virtualization", hyper_v="v1"
    ),
    NamespaceDefinition("root/virtualization", hyper_v="v2", replaces="v1"),
    NamespaceDefinition(
        "root/virtualization/v2", "root_virtualization_v2", "emulator.wmi.virtualization_v2", hyper_v="v2"
    ),
)
