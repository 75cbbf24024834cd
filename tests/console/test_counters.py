"""Performance counters from a command line: Get-Counter and typeperf, over the figures that WMI shows."""

from __future__ import annotations

import pytest
from console.test_role_programs import Machine as StillMachine

from emulator.host import Host
from emulator.host.windows.counter_names import SET_NAMES, counter_name
from emulator.host.windows.counter_paths import _SETS

SERVER = "windows-server-2022-datacenter"
ID = "Microsoft.PowerShell.Commands.GetCounterCommand"


class Machine(StillMachine):
    """Its clock leaps ahead when a program waits."""

    def __init__(self, profile):
        super().__init__(profile)
        self.host = Host(self.host.profile, clock_mode="fast")


@pytest.fixture
def machine():
    return Machine(SERVER)


def run(machine, script):
    answer = machine(f'powershell -NoProfile -NonInteractive -Command "{script}"')
    return [line.rstrip() for line in answer.out.split("\r\n") if line.strip()], answer.err


def test_every_set_of_the_machine_has_a_name():
    assert SET_NAMES.keys() == _SETS.keys()


@pytest.mark.parametrize(
    ("name", "counter"),
    [
        ("PercentTotalRunTime", "% Total Run Time"),
        ("DPCsQueuedPersec", "DPCs Queued/sec"),
        ("AvailableMBytes", "Available MBytes"),
        ("Value2MGPApages", "2M GPA pages"),
        ("ReadOperationsPerSec", "Read Operations/Sec"),
        ("AvgDisksecPerRead", "Avg. Disk sec/Read"),
        ("PercentC1Time", "% C1 Time"),
    ],
)
def test_counters_have_the_names_of_windows(name, counter):
    assert counter_name(name) == counter


def test_a_gauge_is_what_wmi_shows(machine):
    script = (
        "(Get-Counter '\\Memory\\Available MBytes').CounterSamples[0].CookedValue;"
        "(Get-CimInstance Win32_PerfFormattedData_PerfOS_Memory).AvailableMBytes"
    )
    counted, shown = run(machine, script)[0]
    assert counted == shown


def test_a_rate_is_what_happened_between_two_moments(machine):
    script = (
        "$s = Get-Counter '\\System\\Context Switches/sec' -SampleInterval 10 -MaxSamples 2;"
        "$a, $b = $s.CounterSamples; ($b.RawValue - $a.RawValue) / 10; [math]::Round($b.CookedValue, 1);"
        "($s[1].Timestamp - $s[0].Timestamp).TotalSeconds -ge 10"
    )
    by_hand, cooked, waited = run(machine, script)[0]
    assert float(by_hand) == pytest.approx(float(cooked), rel=0.05)
    assert waited == "True"


def test_samples_are_shown_as_windows_powershell_does(machine):
    lines, _ = run(machine, "Get-Counter '\\Processor(_Total)\\% Processor Time'")
    assert lines[0].split() == ["Timestamp", "CounterSamples"]
    assert lines[2].endswith("\\\\hv2022\\processor(_total)\\% processor time :")
    assert 0 <= float(lines[3]) <= 100


def test_wildcards_name_instances_and_counters(machine):
    script = "(Get-Counter '\\Hyper-V Hypervisor Virtual Processor(web01*)\\% *').CounterSamples.Path"
    lines, _ = run(machine, script)
    assert "\\\\hv2022\\hyper-v hypervisor virtual processor(web01:hv vp 0)\\% guest run time" in lines
    assert not any("_total" in line for line in lines)


@pytest.mark.parametrize(
    ("path", "text", "error_id"),
    [
        ("\\Nothing\\x", "The specified object was not found on the computer.", f"CounterApiError,{ID}"),
        ("\\Memory\\x", "counter path is not valid", f"CounterPathIsInvalid,{ID}"),
        ("\\Processor(9999)\\% User Time", "counter path is not valid", f"CounterPathIsInvalid,{ID}"),
        ("Memory", "Unable to parse the counter path.", f"CounterApiError,{ID}"),
        ("\\\\elsewhere\\Memory\\Available Bytes", "Unable to connect to the", f"CounterApiError,{ID}"),
    ],
)
def test_what_names_nothing_is_refused(machine, path, text, error_id):
    lines, error = run(machine, f"Get-Counter '{path}'")
    assert lines == []
    shown = error.replace("\r\n", "")
    assert text in shown
    assert error_id in shown.replace(" ", "")


def test_sets_are_listed_with_their_paths(machine):
    script = (
        "$s = Get-Counter -ListSet 'Hyper-V Hypervisor Root Virtual Processor'; $s.CounterSetType;"
        "$s.Paths[0]; $s.PathsWithInstances.Count -gt $s.Counter.Count;"
        "(Get-Counter -ListSet Hyper-V* | Measure-Object).Count -gt 15"
    )
    kind, path, more, many = run(machine, script)[0]
    assert (kind, more, many) == ("MultiInstance", "True", "True")
    assert path.startswith("\\Hyper-V Hypervisor Root Virtual Processor(*)\\")
    assert "NoMatchingCounterSetsFound" in run(machine, "Get-Counter -ListSet nope")[1].replace("\r\n", "")


def test_a_host_without_the_role_has_no_counters_of_hyper_v():
    machine = Machine("windows-server-2008r2-rsat")
    answer = machine('typeperf -q "Hyper-V Hypervisor"')
    assert "not found" in answer.out
    assert "\\Memory\\Available MBytes" in machine("typeperf -q Memory").out


def test_typeperf_writes_lines(machine):
    answer = machine(
        'typeperf "\\Processor(_Total)\\% Processor Time" "\\Memory\\Available Bytes" -sc 2 -si 3'
    )
    lines = [line for line in answer.out.split("\r\n") if line.strip()]
    assert answer.code == 0
    assert lines[0] == (
        '"(PDH-CSV 4.0)","\\\\HV2022\\Processor(_Total)\\% Processor Time","\\\\HV2022\\Memory\\Available Bytes"'
    )
    assert len(lines) == 5
    assert len(lines[1].split(",")) == 3
    assert lines[-1] == "The command completed successfully."


def test_typeperf_reads_and_writes_files(machine):
    machine.host.filesystem.write("C:\\counters.txt", b"\\Memory\\Available Bytes\r\n\\System\\Processes\r\n")
    answer = machine("typeperf -cf C:\\counters.txt -sc 1 -f TSV -o C:\\out.tsv")
    assert answer.code == 0
    text = machine.host.filesystem.read("C:\\out.tsv").decode()
    assert text.split("\r\n")[0].split("\t")[2] == '"\\\\HV2022\\System\\Processes"'
    assert "exists" in machine("typeperf -cf C:\\counters.txt -sc 1 -o C:\\out.tsv").out
    assert machine("typeperf -cf C:\\counters.txt -sc 1 -y -o C:\\out.tsv").code == 0


def test_typeperf_refuses_what_it_does_not_know(machine):
    assert "No valid counters." in machine("typeperf \\Nothing\\x -sc 1").out
    assert machine("typeperf -sc x").code != 0
    assert "not emulated" in machine('typeperf "\\Memory\\Available Bytes" -f BIN').err
