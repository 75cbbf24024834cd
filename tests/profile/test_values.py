"""Value types: what may be written, and the one form that comes out."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, datetime

import pytest

from emulator.profile import IANA_NAMES, loads
from emulator.profile.values import format_size, parse_milliseconds, parse_seconds, parse_size, parse_speed


@pytest.mark.parametrize(
    ("text", "size"),
    [
        (0, 0),
        (4096, 4096),
        ("512 MB", 512 << 20),
        ("64GB", 64 << 30),
        ("1.5 TB", 3 << 39),
        ("2 GiB", 2 << 30),
        ("1 kb", 1024),
        ("17 bytes", 17),
    ],
)
def test_a_size_is_bytes_or_a_text_with_a_binary_unit(text, size):
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["64", "64 XB", "-1 GB", "0.3 B", -1, True, None, 1.5, "", "9999999 PB"])
def test_anything_else_is_no_size(text):
    with pytest.raises(ValueError, match="write a number of bytes or a text such as '512 MB' or '64 GB'"):
        parse_size(text)


@pytest.mark.parametrize(
    ("size", "text"),
    [(1 << 30, "1 GB"), (3 << 39, "1536 GB"), (1 << 40, "1 TB"), (1025, "1025 bytes"), (2048, "2 KB")],
)
def test_a_size_is_shown_in_the_largest_exact_unit(size, text):
    assert format_size(size) == text


@pytest.mark.parametrize(
    ("text", "milliseconds"), [(60000, 60000), ("30 s", 30000), ("1.5s", 1500), ("2 h", 7200000), ("9 ms", 9)]
)
def test_a_duration_in_milliseconds_may_name_its_unit(text, milliseconds):
    assert parse_milliseconds(text) == milliseconds


@pytest.mark.parametrize(("text", "seconds"), [(20, 20.0), (0.5, 0.5), ("500 ms", 0.5), ("2 min", 120.0)])
def test_a_duration_in_seconds_may_name_its_unit(text, seconds):
    assert parse_seconds(text) == seconds


@pytest.mark.parametrize("text", ["soon", "5 parsecs", True, None, [1]])
def test_anything_else_is_no_duration(text):
    with pytest.raises(ValueError, match="is not a duration"):
        parse_seconds(text)


def test_a_speed_is_in_bits_per_second_with_decimal_units():
    assert parse_speed("2.5 Gbps") == 2_500_000_000


def test_normal_forms_come_out_whatever_was_written(complete):
    profile = loads(
        complete
        + """
inventory:
  virtual_disks:
    - {path: 'c:\\Disks\\A.vhdx', size: 1 GB, id: '{4c4c4544-0051-3510-8052-b4c04f4e4232}'}
  virtual_machines:
    - name: a
      version: 10.0
      network_adapters: [{mac_address: '00155d0102ab'}]
      automatic_start_delay: 1 min
"""
    )
    machine = profile.inventory.virtual_machines[0]

    assert profile.inventory.virtual_disks[0].id == "4C4C4544-0051-3510-8052-B4C04F4E4232"
    assert machine.network_adapters[0].mac_address == "00-15-5D-01-02-AB"
    assert machine.version == "10.0"
    assert machine.automatic_start_delay == 60


def test_moments_are_aware_and_in_utc(complete):
    text = complete.replace(
        "computer_name: HOST", "computer_name: host\n  install_date: 2024-01-01T01:00:00+01:00"
    )
    system = loads(text).operating_system

    assert system.install_date == datetime(2024, 1, 1, tzinfo=UTC)
    assert system.computer_name == "HOST"


def test_every_time_zone_has_an_iana_zone():
    known = zoneinfo.available_timezones()

    assert {iana for iana in IANA_NAMES.values() if iana not in known} == set()
    assert len(IANA_NAMES) > 130


def test_time_zone_names_take_the_spelling_of_windows(complete):
    text = complete.replace(
        "computer_name: HOST", "computer_name: HOST\n  time_zone: w. europe standard time"
    )

    assert loads(text).operating_system.time_zone == "W. Europe Standard Time"
