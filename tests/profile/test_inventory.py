"""What a starting inventory means where it leaves things out."""

from __future__ import annotations

import pytest

from emulator.profile import loads


def machine_of(complete, lines):
    text = (
        f"{complete}inventory:\n  virtual_disks: [{{path: 'C:\\a.vhdx', size: 1 GB}}]\n  virtual_machines:\n"
    )
    return loads(text + lines).inventory.virtual_machines[0]


def places(drives):
    return [(drive.controller, drive.controller_number, drive.controller_location) for drive in drives]


def test_drives_of_generation_1_take_the_free_ide_places(complete):
    machine = machine_of(
        complete,
        "    - {name: a, dvd_drives: [{}, {controller_number: 0}], hard_disks: [{path: 'C:\\a.vhdx'}]}\n",
    )

    assert places(machine.hard_disks) == [("IDE", 0, 0)]
    assert places(machine.dvd_drives) == [("IDE", 1, 0), ("IDE", 0, 1)]


def test_drives_of_generation_2_take_the_free_scsi_places(complete):
    machine = machine_of(
        complete,
        "    - {name: a, generation: 2, dvd_drives: [{}, {controller_location: 0}, "
        "{controller_number: 1}]}\n",
    )

    assert places(machine.dvd_drives) == [("SCSI", 0, 1), ("SCSI", 0, 0), ("SCSI", 1, 0)]


@pytest.mark.parametrize(
    ("memory", "minimum", "maximum"),
    [
        ("{startup: 2 GB}", 512 << 20, 1 << 40),
        ("{startup: 256 MB}", 256 << 20, 1 << 40),
        ("{startup: 2 GB, minimum: 1 GB, maximum: 4 GB}", 1 << 30, 4 << 30),
        ("{}", 512 << 20, 1 << 40),
    ],
)
def test_memory_that_is_left_out_fits_around_the_startup_memory(complete, memory, minimum, maximum):
    found = machine_of(complete, f"    - {{name: a, memory: {memory}}}\n").memory

    assert (found.minimum, found.maximum) == (minimum, maximum)


def test_a_differencing_disk_has_the_size_of_its_chain(complete):
    inventory = loads(
        complete
        + """
inventory:
  virtual_disks:
    - {path: 'C:\\a.vhdx', size: 7 GB}
    - {path: 'C:\\b.vhdx', kind: differencing, parent: 'C:\\A.vhdx'}
    - {path: 'C:\\c.vhdx', kind: differencing, parent: 'C:\\B.vhdx'}
"""
    ).inventory

    assert inventory.size_of(inventory.virtual_disks[2]) == 7 << 30
    assert inventory.disk("c:\\B.VHDX") is inventory.virtual_disks[1]
    assert inventory.disk("c:\\d.vhdx") is None


def test_names_of_machines_may_repeat(complete):
    text = complete + "inventory:\n  virtual_machines: [{name: a}, {name: a}]\n"

    assert len(loads(text).inventory.virtual_machines) == 2


def test_without_stated_volumes_the_first_disk_is_drive_c(complete):
    (number, volume), *others = loads(complete).hardware.volumes

    assert (number, volume.drive_letter, volume.size, others) == (0, "C", 1 << 40, [])


def test_a_volume_without_a_size_takes_the_rest_of_its_disk(complete):
    text = complete.replace(
        "size: 1 TB}", "size: 1 TB, volumes: [{drive_letter: c}, {drive_letter: E, size: 256 GB}]}"
    )

    found = [(number, volume.drive_letter, volume.size) for number, volume in loads(text).hardware.volumes]

    assert found == [(0, "C", 768 << 30), (0, "E", 256 << 30)]


def test_virtualization_that_is_not_supported_is_off_without_saying_so(complete):
    text = complete.replace("    stepping: 6", "    stepping: 6\n    virtualization: {supported: false}")
    profile = loads(text)

    assert not profile.hardware.processor.virtualization.enabled
    assert profile.unmet_requirements == ("cpu",)
