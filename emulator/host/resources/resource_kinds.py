"""The kinds of resources that pools give out, and the GUIDs of the primordial pools (recorded: 2012).

A kind is the part of ResourceSubType behind ``Microsoft:Hyper-V:``.
"""

#: PoolID of the pools that everything belongs to first.
PRIMORDIAL = "Primordial"

PROCESSOR, MEMORY = "Processor", "Memory"
ETHERNET = "Ethernet Connection"
HARD_DISKS, OPTICAL_DISKS, FLOPPY_DISKS = "Virtual Hard Disk", "Virtual CD/DVD Disk", "Virtual Floppy Disk"
FIBRE_CHANNEL_PORT = "Synthetic FibreChannel Port"
#: The kind of the pools that are virtual fibre channel SANs.
FIBRE_CHANNEL = "FibreChannel Connection"
SCSI_CONTROLLER = "Synthetic SCSI Controller"
SYNTHETIC_PORT, EMULATED_PORT = "Synthetic Ethernet Port", "Emulated Ethernet Port"
DISK_DRIVE, PHYSICAL_DISK = "Synthetic Disk Drive", "Physical Disk Drive"
DVD_DRIVE, DISKETTE_DRIVE = "Synthetic DVD Drive", "Synthetic Diskette Drive"
DISPLAY_3D = "Synthetic 3D Display Controller"
PCI_EXPRESS = "Virtual Pci Express Port"
GPU_PARTITION = "GPU Partition"
MEMORY_CONTROLLER = "Persistent Memory Controller"
FLEXIBLE_IO = "Flexible IO Device"
LOGICAL_UNIT = "Storage Logical Unit"
#: Of the virtual battery, which has no subtype (observed).
BATTERY = ""
MOUSE, KEYBOARD, DISPLAY = "Synthetic Mouse", "Synthetic Keyboard", "Synthetic Display Controller"
#: Pools of files: what they hold are folders.
STORAGE = frozenset({HARD_DISKS, OPTICAL_DISKS, FLOPPY_DISKS})

#: Kind -> GUID of its primordial pool. Recorded on 2012 and 2012 R2 hosts, some without their meaning; those
#: that begin with A1F0D3C2 are chosen.
PRIMORDIAL_POOLS = {
    MEMORY: "4764334E-E001-4176-82EE-5594EC9B530E",
    PROCESSOR: "B637F347-6A0E-4DEC-AF52-BD70CB80A21D",
    ETHERNET: "72027ECE-E44A-446E-AF2B-8D8C4B8A2279",
    HARD_DISKS: "70BB60D2-A9D3-46AA-B654-3DE53004B4F8",
    OPTICAL_DISKS: "D92D268E-9AA8-49DD-8C7D-821CEFB5F597",
    FLOPPY_DISKS: "4EA4F71F-16E6-4250-99A8-A2315332CC64",
    FIBRE_CHANNEL_PORT: "698F2285-28DC-4438-A147-82D7432C5254",
    FIBRE_CHANNEL: "146C56A0-3546-469B-9737-FCBCF82428F4",
    SCSI_CONTROLLER: "BDE5D4D6-E450-46D2-B925-976CA3E989B4",
    SYNTHETIC_PORT: "6A45335D-4C3A-44B7-B61F-C9808BBDF8ED",
    EMULATED_PORT: "19839BFF-6F04-4B24-B4B5-1AFCCBE729DE",
    KEYBOARD: "78AA0C27-B2BD-45BA-83D1-5F2A8C4C6656",
    MOUSE: "F6293891-F32F-4930-B2DB-1A8961D9CB75",
    DISKETTE_DRIVE: "DACDCF3F-6F67-4EB8-A4D0-5D93B48A2468",
    DVD_DRIVE: "7951A5ED-8DC5-42D7-AA8C-9F14C54CEB84",
    DISK_DRIVE: "118C3BE5-0D31-4804-85F0-5C6074ABEA8F",
    PHYSICAL_DISK: "353B3BE8-310C-4CF4-839E-4E1B14616136",
    DISPLAY: "D45268DA-37C5-44DA-B827-B0C55CCB3BDC",
    DISPLAY_3D: "06FF76FA-2D58-4BAF-9F8D-455773824F37",
    PCI_EXPRESS: "A1F0D3C2-5B7E-4E0B-9C57-6E1D2F3A4B01",
    GPU_PARTITION: "A1F0D3C2-5B7E-4E0B-9C57-6E1D2F3A4B02",
    MEMORY_CONTROLLER: "A1F0D3C2-5B7E-4E0B-9C57-6E1D2F3A4B03",
    FLEXIBLE_IO: "A1F0D3C2-5B7E-4E0B-9C57-6E1D2F3A4B04",
    LOGICAL_UNIT: "A1F0D3C2-5B7E-4E0B-9C57-6E1D2F3A4B05",
    BATTERY: "C7E49E80-13B3-4DF9-A434-B56F579E2A68",
}


def is_primordial(name: str) -> bool:
    """Whether a PoolID is that of the pool of a kind to which everything belongs first."""
    return name.casefold() == PRIMORDIAL.casefold()
