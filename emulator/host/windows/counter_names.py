"""Names of counter sets and counters as administrators see them, from the names that WMI makes of them.

WMI drops blanks and spells out signs: ``% Total Run Time`` is PercentTotalRunTime, ``Bytes/sec`` is
BytesPersec. The way back is a rule and a table of what the rule does not meet.
"""

import re

#: Last part of a class's name -> name of the set.
SET_NAMES = {
    "BalancerStats_HyperVDynamicMemoryBalancer": "Hyper-V Dynamic Memory Balancer",
    "BalancerStats_HyperVDynamicMemoryVM": "Hyper-V Dynamic Memory VM",
    "Counters_HyperVVirtualMachineBus": "Hyper-V Virtual Machine Bus",
    "Counters_HyperVVirtualStorageDevice": "Hyper-V Virtual Storage Device",
    "EthernetPerfProvider_HyperVLegacyNetworkAdapter": "Hyper-V Legacy Network Adapter",
    "HvStats_HyperVHypervisor": "Hyper-V Hypervisor",
    "HvStats_HyperVHypervisorLogicalProcessor": "Hyper-V Hypervisor Logical Processor",
    "HvStats_HyperVHypervisorPartition": "Hyper-V Hypervisor Partition",
    "HvStats_HyperVHypervisorRootPartition": "Hyper-V Hypervisor Root Partition",
    "HvStats_HyperVHypervisorRootVirtualProcessor": "Hyper-V Hypervisor Root Virtual Processor",
    "HvStats_HyperVHypervisorVirtualProcessor": "Hyper-V Hypervisor Virtual Processor",
    "MmPerfProvider_HyperVVMWorkerProcessMemoryManager": "Hyper-V VM Worker Process Memory Manager",
    "NumaPerfProvider_HyperVVMWorkerProcessNUMAManager": "Hyper-V VM Worker Process NUMA Manager",
    "NvspNicDropReasonsStats_HyperVVirtualNetworkAdapterDropReasons": (
        "Hyper-V Virtual Network Adapter Drop Reasons"
    ),
    "NvspNicStats_HyperVVirtualNetworkAdapter": "Hyper-V Virtual Network Adapter",
    "NvspPortStats_HyperVVirtualSwitchPort": "Hyper-V Virtual Switch Port",
    "NvspSwitchProcStats_HyperVVirtualSwitchProcessor": "Hyper-V Virtual Switch Processor",
    "NvspSwitchStats_HyperVVirtualSwitch": "Hyper-V Virtual Switch",
    "PerfDisk_LogicalDisk": "LogicalDisk",
    "PerfDisk_PhysicalDisk": "PhysicalDisk",
    "PerfOS_Cache": "Cache",
    "PerfOS_Memory": "Memory",
    "PerfOS_NUMANodeMemory": "NUMA Node Memory",
    "PerfOS_Objects": "Objects",
    "PerfOS_PagingFile": "Paging File",
    "PerfOS_Processor": "Processor",
    "PerfOS_System": "System",
    "PerfProc_Process": "Process",
    "Tcpip_NetworkAdapter": "Network Adapter",
    "Tcpip_NetworkInterface": "Network Interface",
    "VidPerfProvider_HyperVVMVidNumaNode": "Hyper-V VM Vid Numa Node",
    "VidPerfProvider_HyperVVMVidPartition": "Hyper-V VM Vid Partition",
    "VmmsVirtualMachineStats_HyperVVirtualMachineHealthSummary": "Hyper-V Virtual Machine Health Summary",
    "WorkerVpProvider_HyperVWorkerVirtualProcessor": "Hyper-V Worker Virtual Processor",
}
#: Sets with exactly one instance, which has no name.
SINGLE_INSTANCE = frozenset(
    {
        "HvStats_HyperVHypervisor",
        "PerfOS_Cache",
        "PerfOS_Memory",
        "PerfOS_Objects",
        "PerfOS_System",
        "VmmsVirtualMachineStats_HyperVVirtualMachineHealthSummary",
    }
)
_SPECIAL = {
    "AvgDiskBytesPerRead": "Avg. Disk Bytes/Read",
    "AvgDiskBytesPerTransfer": "Avg. Disk Bytes/Transfer",
    "AvgDiskBytesPerWrite": "Avg. Disk Bytes/Write",
    "AvgDiskQueueLength": "Avg. Disk Queue Length",
    "AvgDiskReadQueueLength": "Avg. Disk Read Queue Length",
    "AvgDiskWriteQueueLength": "Avg. Disk Write Queue Length",
    "AvgDisksecPerRead": "Avg. Disk sec/Read",
    "AvgDisksecPerTransfer": "Avg. Disk sec/Transfer",
    "AvgDisksecPerWrite": "Avg. Disk sec/Write",
    "CopyReadHitsPercent": "Copy Read Hits %",
    "DataMapHitsPercent": "Data Map Hits %",
    "MDLReadHitsPercent": "MDL Read Hits %",
    "PinReadHitsPercent": "Pin Read Hits %",
    "FreeAndZeroPageListBytes": "Free & Zero Page List Bytes",
    "FreeAndZeroPageListMBytes": "Free & Zero Page List MBytes",
    "NumberofVMQs": "Number of VMQs",
    **{f"Value{size}GPApages": f"{size} GPA pages" for size in ("4K", "2M", "1G")},
    **{f"Value{size}devicepages": f"{size} device pages" for size in ("4K", "2M", "1G")},
    "SplitIOPerSec": "Split IO/Sec",
    "WorkingSetPrivate": "Working Set - Private",
}
_WORD = re.compile(
    r"DPCs|VMQs|MBytes|KBytes|IDs|APIC|EOI|IPIs|MMIO|TPR|IOTLB|RePurposed|"
    r"[A-Z]\d+|\d+[GMK](?=[A-Z]?)|[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+"
)
_ENDS = (("Persec", "/sec"), ("PerSec", "/Sec"))


def counter_name(name: str) -> str:
    """``PercentTotalRunTime`` -> ``% Total Run Time``."""
    special = _SPECIAL.get(name)
    if special is not None:
        return special
    end = ""
    for spelled, sign in _ENDS:
        if name.endswith(spelled):
            name, end = name.removesuffix(spelled), sign
    start = ""
    if name.startswith("Percent"):
        name, start = name.removeprefix("Percent"), "% "
    # A name that begins with a digit has this before it in WMI.
    if name.startswith("Value") and name[5:6].isdigit():
        name = name.removeprefix("Value")
    return start + " ".join(_WORD.findall(name)) + end
