"""Performance counters: figures that move with the clock, and only with it."""

import pytest

from emulator.host.network.network_interfaces import network_interfaces
from emulator.host.windows.device_performance import DEVICE_COUNTER_SETS
from emulator.host.windows.performance import COUNTER_SETS, Gauge, Rate, Share, present, total

CIMV2 = "root/cimv2"


def read(wmi, name):
    return {each.value("Name"): each for each in wmi[CIMV2].instances(name)}


@pytest.mark.parametrize("figure", [Rate(100), Share(40)])
def test_a_total_grows_by_what_the_rate_says(figure):
    step = 0.01
    scale = 100_000 if isinstance(figure, Share) else 1
    for start in (0, 17, 300):
        moved = sum(present(figure, "k", start + i * step) * step for i in range(1000)) * scale
        assert total(figure, "k", start + 10) - total(figure, "k", start) == pytest.approx(moved, rel=0.01)
    assert total(Gauge(7), "k", 5) == present(Gauge(7), "k", 9) == 7


def test_figures_move_with_the_clock_and_only_with_it(wmi):
    name = "Win32_PerfRawData_PerfOS_Processor"
    first = read(wmi, name)["_Total"]
    again = read(wmi, name)["_Total"]
    names = ("InterruptsPersec", "PercentProcessorTime", "Timestamp_Sys100NS")
    before = [first.value(each) for each in names]
    assert before == [again.value(each) for each in names]
    wmi.advance(10)
    after = [read(wmi, name)["_Total"].value(each) for each in names]
    assert all(new > old for new, old in zip(after, before, strict=True))
    assert after[2] - before[2] == 10 * 10_000_000


SUMS = {
    "PerfOS_Processor": ("PercentProcessorTime", "PercentPrivilegedTime", "PercentUserTime"),
    "HvStats_HyperVHypervisorLogicalProcessor": (
        "PercentTotalRunTime",
        "PercentGuestRunTime",
        "PercentHypervisorRunTime",
    ),
    "PerfDisk_LogicalDisk": ("DiskBytesPersec", "DiskReadBytesPersec", "DiskWriteBytesPersec"),
    "PerfDisk_PhysicalDisk": ("PercentDiskTime", "PercentDiskReadTime", "PercentDiskWriteTime"),
    "NvspNicStats_HyperVVirtualNetworkAdapter": ("BytesPersec", "BytesReceivedPersec", "BytesSentPersec"),
    "Tcpip_NetworkInterface": ("BytesTotalPersec", "BytesReceivedPersec", "BytesSentPersec"),
}


@pytest.mark.parametrize("kind", ["PerfFormattedData", "PerfRawData"])
@pytest.mark.parametrize("name", SUMS)
def test_the_figures_of_an_instance_agree_with_each_other(wmi, name, kind):
    for seconds in (7, 31, 300):
        wmi.advance(seconds)
        found = read(wmi, f"Win32_{kind}_{name}").values()
        assert found
        for each in found:
            whole, *parts = (int(each.value(property_name)) for property_name in SUMS[name])
            assert whole == sum(parts)
            if name.startswith("PerfOS") and kind == "PerfFormattedData":
                assert each.value("PercentIdleTime") == 100 - whole


#: Sets with a whole -> figures that are averages in it; shares of the time are, and all others are added up.
WHOLES = {
    "HvStats_HyperVHypervisorLogicalProcessor": {"Frequency", "PercentofMaxFrequency"},
    "HvStats_HyperVHypervisorPartition": set(),
    "HvStats_HyperVHypervisorRootPartition": set(),
    "HvStats_HyperVHypervisorRootVirtualProcessor": set(),
    "HvStats_HyperVHypervisorVirtualProcessor": set(),
    "VidPerfProvider_HyperVVMVidPartition": set(),
    "PerfDisk_LogicalDisk": {"AvgDiskBytesPerTransfer"},
    "PerfOS_Processor": set(),
}


@pytest.mark.parametrize("kind", ["PerfFormattedData", "PerfRawData"])
@pytest.mark.parametrize("name", WHOLES)
def test_a_whole_is_what_its_instances_make_together_at_every_moment(wmi, name, kind):
    wmi.two.start()
    wmi.one.guest.configure(cpu_usage=40)
    before = None
    for seconds in (7, 31, 300):
        wmi.advance(seconds)
        found = read(wmi, f"Win32_{kind}_{name}")
        whole = found.pop("_Total")
        counted = {
            each for one in {**COUNTER_SETS, **DEVICE_COUNTER_SETS}[name](wmi.host) for each in one.figures
        }
        for each in counted - {"RootVpIndex", "PreferredNUMANodeIndex"}:
            parts = [int(one.value(each)) for one in found.values()]
            expected = sum(parts)
            if each == "PercentFreeSpace":
                expected = sum(each.free for each in wmi.host.filesystem.volumes) * 100
                expected //= sum(each.size for each in wmi.host.filesystem.volumes)
            elif each.startswith("Percent") or each in WHOLES[name]:
                expected //= len(parts)
            # Sums of averages are rounded part by part.
            assert int(whole.value(each)) == pytest.approx(expected, abs=2), each
        if kind == "PerfRawData":
            moving = [int(whole.value(each)) for each in sorted(counted) if each.endswith("RunTime")]
            assert not moving or moving != before
            before = moving


def test_the_load_of_the_processors_is_that_of_the_guests_and_windows(wmi):
    (before, *_) = wmi[CIMV2].instances("Win32_Processor")
    assert before.value("LoadPercentage") == 2
    wmi.one.guest.configure(cpu_usage=100)
    (after, *_) = wmi[CIMV2].instances("Win32_Processor")
    assert after.value("LoadPercentage") > 2


def test_a_busy_guest_is_seen_at_its_processors(wmi):
    wmi.one.guest.configure(cpu_usage=50)
    processors = read(wmi, "Win32_PerfFormattedData_HvStats_HyperVHypervisorVirtualProcessor")
    assert set(processors) == {"one:Hv VP 0", "one:Hv VP 1", "_Total"}
    assert 30 <= processors["one:Hv VP 0"].value("PercentGuestRunTime") <= 70
    (hypervisor,) = read(wmi, "Win32_PerfFormattedData_HvStats_HyperVHypervisor").values()
    assert (hypervisor.value("Partitions"), hypervisor.value("VirtualProcessors")) == (2, 18)


def test_memory_is_what_the_operating_system_says(wmi):
    (memory,) = read(wmi, "Win32_PerfFormattedData_PerfOS_Memory").values()
    (system,) = wmi[CIMV2].instances("Win32_OperatingSystem")
    assert memory.value("AvailableKBytes") == system.value("FreePhysicalMemory")


def test_there_is_no_hypervisor_to_count_without_the_role(make_wmi):
    wmi = make_wmi("2022", role="absent")
    for name in (*COUNTER_SETS, *DEVICE_COUNTER_SETS):
        found = read(wmi, f"Win32_PerfFormattedData_{name}")
        assert bool(found) is ("HyperV" not in name), name


def test_every_figure_of_a_set_is_a_counter_of_its_class(wmi):
    for name, of_host in {**COUNTER_SETS, **DEVICE_COUNTER_SETS}.items():
        declaration = wmi[CIMV2].schema.find(f"Win32_PerfFormattedData_{name}")
        for counters in of_host(wmi.host):
            unknown = [each for each in counters.figures if declaration.find_property(each) is None]
            assert not unknown, name


def test_an_interface_that_is_switched_off_is_not_counted(wmi):
    name = "Win32_PerfFormattedData_Tcpip_NetworkInterface"
    assert "Intel[R] Ethernet X710" in read(wmi, name)
    wmi.host.ip_configuration.configure(network_interfaces(wmi.host)[0], enabled=False)
    assert "Intel[R] Ethernet X710" not in read(wmi, name)
