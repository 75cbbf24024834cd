"""Get-TimeZone, Set-TimeZone and System.TimeZoneInfo."""

from __future__ import annotations

import pytest

from tests.powershell.modules.console_session import ConsoleSession

_BERLIN = "W. Europe Standard Time"


@pytest.fixture
def session() -> ConsoleSession:
    return ConsoleSession()


def test_the_clock_follows_the_zone_that_is_set(session):
    session.values(f"Set-TimeZone -Id '{_BERLIN.lower()}'")
    assert session.host.operating_system.time_zone == _BERLIN
    seen = session.values(
        "(Get-TimeZone).Id; [TimeZoneInfo]::Local.DaylightName; (Get-CimInstance Win32_TimeZone).StandardName"
    )
    assert seen == [_BERLIN, "W. Europe Daylight Time", _BERLIN]
    assert session.values(
        "[datetime]::Now.Hour -eq ([datetime]::UtcNow + [TimeZoneInfo]::Local.GetUtcOffset((Get-Date))).Hour"
    ) == [True]


def test_zones_are_found_by_identifier_and_by_pattern(session):
    assert session.values(
        f"(Get-TimeZone -Id '{_BERLIN}').DisplayName; (Get-TimeZone -Name 'Pacific*').Id"
    ) == [
        "(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna",
        "Pacific Standard Time (Mexico)",
        "Pacific Standard Time",
        "Pacific SA Standard Time",
    ]
    listed = session.values("(Get-TimeZone -ListAvailable).DisplayName")
    assert len(listed) > 130
    assert (listed[0], listed[-1]) == (
        "(UTC-12:00) International Date Line West",
        "(UTC+14:00) Kiritimati Island",
    )


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (
            "ConvertTimeBySystemTimeZoneId([datetime]'2026-07-01 12:00', 'Pacific Standard Time')",
            "2026-07-01 05:00",
        ),
        (
            "ConvertTimeFromUtc([datetime]'2026-01-01', [TimeZoneInfo]::FindSystemTimeZoneById('India Standard Time'))",
            "2026-01-01 05:30",
        ),
        (
            "ConvertTimeToUtc([datetime]'2026-07-01 12:00', [TimeZoneInfo]::FindSystemTimeZoneById('Tokyo Standard Time'))",
            "2026-07-01 03:00",
        ),
    ],
)
def test_times_are_converted(session, expression, expected):
    assert session.values(f"[TimeZoneInfo]::{expression}.ToString('yyyy-MM-dd HH:mm')") == [expected]


@pytest.mark.parametrize(
    ("script", "error_id"),
    [
        ("Get-TimeZone -Id nope", "TimeZoneNotFound,Microsoft.PowerShell.Commands.GetTimeZoneCommand"),
        ("Set-TimeZone nope", "TimeZoneNotFound,Microsoft.PowerShell.Commands.SetTimeZoneCommand"),
        ("[TimeZoneInfo]::FindSystemTimeZoneById('x')", "TimeZoneNotFoundException"),
    ],
)
def test_what_is_no_zone_is_not_found(session, script, error_id):
    assert session.error(script)[0] == error_id


def test_only_administrators_set_the_zone():
    session = ConsoleSession(user="watcher")
    assert session.error(f"Set-TimeZone '{_BERLIN}'")[1] == "PermissionDenied"
    assert session.host.operating_system.time_zone == "UTC"
