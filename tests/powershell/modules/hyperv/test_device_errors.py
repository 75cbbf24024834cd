"""What the cmdlets say when a device of a virtual machine cannot be added or modified (recorded texts)."""

import re

import pytest

from emulator.host import Host
from emulator.profile import load
from tests.powershell.modules.console_session import ConsoleSession

ID = "(Virtual machine ID {id})"


@pytest.fixture(scope="module")
def session() -> ConsoleSession:
    return ConsoleSession(host=Host(load("windows-server-2022-datacenter"), clock_mode="fast"))


def message(session: ConsoleSession, script: str) -> str:
    """The message of the only error, with ``{id}`` for the machine's identifier."""
    result = session.runspace.run(script)
    (record,) = result.errors
    return re.sub(r"(?<=Virtual machine ID )[0-9A-F-]{36}", "{id}", record.message)


def test_a_memory_size_that_is_not_aligned_is_refused_when_the_machine_is_made(
    session: ConsoleSession,
) -> None:
    assert message(session, "New-VM -Name odd -MemoryStartupBytes 4019MB").splitlines() == [
        "Failed to modify device 'Memory'.",
        "Invalid memory value assigned for 'odd'. Memory values must be properly aligned.",
        f"'odd' failed to modify device 'Memory'. {ID}",
        "Invalid memory value assigned for 'odd'. The memory value assigned ('4019' MB) is not properly aligned."
        f" Try again with a memory value that is properly aligned. {ID}",
    ]
    assert not session.host.virtual_machines.find("odd")


@pytest.mark.parametrize(
    ("script", "device"),
    [
        ("Set-VMProcessor web01 -Count 3", "Processor"),
        ("Set-VM web01 -ProcessorCount 3", "Processor"),
        ("Set-VMMemory web01 -Buffer 10 -MaximumAmountPerNumaNodeBytes 1GB", "Memory"),
    ],
)
def test_a_wrong_state_is_not_explained_further(session: ConsoleSession, script: str, device: str) -> None:
    session.runspace.run("Start-VM web01")
    assert message(session, script).splitlines() == [
        f"Failed to modify device '{device}'.",
        f"'web01' failed to modify device '{device}'. {ID}",
    ]


@pytest.mark.parametrize(
    ("script", "device", "path"),
    [
        ("Add-VMHardDiskDrive -VMName app01 -Path C:\\none.vhdx", "Virtual Hard Disk", "C:\\none.vhdx"),
        ("Add-VMDvdDrive -VMName app01 -Path C:\\none.iso", "Virtual CD/DVD Disk", "C:\\none.iso"),
        ("New-VM -Name lost -VHDPath C:\\none.vhdx", "Virtual Hard Disk", "C:\\none.vhdx"),
    ],
)
def test_a_file_that_is_not_there_is_named(
    session: ConsoleSession, script: str, device: str, path: str
) -> None:
    drives = len(session.host.virtual_machines.find("app01")[0].drives)
    headline, cause, named, full = message(session, script).splitlines()
    assert headline == f"Failed to add device '{device}'."
    assert cause == (
        f"Attachment '{path}' not found. Error: 'The system cannot find the file specified.' (0x80070002)."
    )
    assert named.endswith(f" failed to add device '{device}'. {ID}")
    assert full.endswith(f": {cause} {ID}")
    assert len(session.host.virtual_machines.find("app01")[0].drives) == drives
    assert not session.host.virtual_machines.find("lost")
