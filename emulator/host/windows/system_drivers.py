"""The kernel drivers that the machine runs, with those of the hypervisor's architecture.

On a host with the role the virtualization service providers (storvsp, VMSP, vpcivsp) stand beside the bus
provider (vmbusr) and the infrastructure driver (Vid). The clients of a guest (vmbus, storvsc, netvsc) are
installed with every Windows and run in guests only.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from emulator.host.host import Host

# name | display name | file | start mode | kind | builds | needs
# Needs: `-` always runs, `role`: there with the role, `hypervisor`: there with the role and runs only beside
# a hypervisor, `guest`: there and stopped, since this machine is no guest.
_TABLE = """
ACPI | Microsoft ACPI Driver | ACPI.sys | Boot | Kernel Driver | 0- | -
AFD | Ancillary Function Driver for Winsock | afd.sys | System | Kernel Driver | 0- | -
disk | Disk Driver | disk.sys | Boot | Kernel Driver | 0- | -
FltMgr | FltMgr | fltmgr.sys | Boot | File System Driver | 0- | -
HTTP | HTTP Service | HTTP.sys | Manual | Kernel Driver | 0- | -
hvservice | Hypervisor/Virtual Machine Support | hvservice.sys | Manual | Kernel Driver | 14393- | hypervisor
kbdclass | Keyboard Class Driver | kbdclass.sys | Manual | Kernel Driver | 0- | -
mouclass | Mouse Class Driver | mouclass.sys | Manual | Kernel Driver | 0- | -
mountmgr | Mount Point Manager | mountmgr.sys | Boot | Kernel Driver | 0- | -
NDIS | NDIS System Driver | ndis.sys | Boot | Kernel Driver | 0- | -
netvsc | netvsc | netvsc.sys | Manual | Kernel Driver | 9200- | guest
Ntfs | Ntfs | Ntfs.sys | Manual | File System Driver | 0- | -
partmgr | Partition driver | partmgr.sys | Boot | Kernel Driver | 0- | -
pci | PCI Bus Driver | pci.sys | Boot | Kernel Driver | 0- | -
srv2 | Server SMB 2.xxx Driver | srv2.sys | Manual | File System Driver | 0- | -
storflt | Microsoft Hyper-V Storage Accelerator | vmstorfl.sys | Boot | Kernel Driver | 0- | guest
storvsc | storvsc | storvsc.sys | Boot | Kernel Driver | 0- | guest
storvsp | storvsp | storvsp.sys | Manual | Kernel Driver | 0- | hypervisor
Tcpip | TCP/IP Protocol Driver | tcpip.sys | Boot | Kernel Driver | 0- | -
vhdmp | vhdmp | vhdmp.sys | Manual | Kernel Driver | 0- | -
Vid | Vid | Vid.sys | System | Kernel Driver | 0- | hypervisor
vmbus | Virtual Machine Bus | vmbus.sys | Boot | Kernel Driver | 0- | guest
vmbusr | Virtual Machine Bus Provider | vmbusr.sys | System | Kernel Driver | 9200- | hypervisor
VMSMP | VMSMP | vmswitch.sys | Manual | Kernel Driver | 0- | role
VMSP | VMSP | vmswitch.sys | Manual | Kernel Driver | 0- | role
VMSVSF | VMSVSF | vmswitch.sys | Manual | Kernel Driver | 9200- | role
VMSVSP | VMSVSP | vmswitch.sys | Manual | Kernel Driver | 9200- | role
volmgr | Volume Manager Driver | volmgr.sys | Boot | Kernel Driver | 0- | -
vpcivsp | Microsoft Hyper-V PCI Server | vpcivsp.sys | Manual | Kernel Driver | 14393- | hypervisor
winhvr | Microsoft Hypervisor Interface Driver | winhvr.sys | Manual | Kernel Driver | 14393- | hypervisor
"""


@dataclass(frozen=True, slots=True)
class SystemDriver:
    """A driver; ``path`` is its file, ``kind`` the service type in Windows' words."""

    name: str
    display_name: str
    path: str
    start_mode: str
    kind: str
    running: bool


def system_drivers(host: "Host") -> tuple[SystemDriver, ...]:
    """The drivers in order of names. Call it with the host's lock held."""
    found = []
    for line in _TABLE.strip().splitlines():
        name, display, file, mode, kind, builds, needs = (cell.strip() for cell in line.split("|"))
        first, _, last = builds.partition("-")
        if not int(first) <= host.release.build <= int(last or 1 << 31):
            continue
        if needs in ("role", "hypervisor") and not host.role.active:
            continue
        running = needs in ("-", "role") or (needs == "hypervisor" and host.hypervisor.running)
        path = f"C:\\Windows\\system32\\drivers\\{file}"
        found.append(SystemDriver(name, display, path, mode, kind, running))
    return tuple(found)
