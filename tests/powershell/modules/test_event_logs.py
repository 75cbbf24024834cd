"""The classic event log cmdlets: Get-, New-, Write-, Clear- and Remove-EventLog."""

from __future__ import annotations

import pytest

from tests.powershell.modules.console_session import ConsoleSession

_CMDLETS = "Microsoft.PowerShell.Commands."


@pytest.fixture
def session() -> ConsoleSession:
    session = ConsoleSession()
    session.values("New-EventLog -LogName Application -Source MyApp")
    return session


def test_what_is_written_is_read_through_every_door(session):
    session.values("Write-EventLog Application MyApp 42 -EntryType Warning -Message 'Hello there'")
    shown = session.values(
        'Get-EventLog Application -Source MyApp | % { "$($_.EventID) $($_.EntryType) $($_.Message)" }'
    )
    assert shown == ["42 Warning Hello there"]
    newest = (
        'Get-WinEvent -LogName Application -MaxEvents 1 | % { "$($_.ProviderName) $($_.LevelDisplayName)" }'
    )
    assert session.values(newest) == ["MyApp Warning"]
    query = "SELECT Message FROM Win32_NTLogEvent WHERE Logfile = 'Application' AND EventCode = 42"
    assert session.values(f'(Get-CimInstance -Query "{query}").Message') == ["Hello there"]


def test_entries_are_filtered_newest_first(session):
    session.values('1..5 | ForEach-Object { Write-EventLog Application MyApp $_ -Message "m$_" }')
    assert session.values("(Get-EventLog Application -Newest 2).EventID") == [5, 4]
    assert session.values(
        "(Get-EventLog Application -Message m3).Index; (Get-EventLog Application -InstanceId 4).EventID"
    ) == [
        3,
        4,
    ]
    assert session.values("(Get-EventLog System -Source EventLog -Newest 1).InstanceId -gt 2147480000") == [
        True
    ]


def test_a_log_comes_and_goes_with_its_source(session):
    session.values(
        "New-EventLog -LogName Ops -Source OpsApp; Write-EventLog Ops OpsApp 1 -Message hi; Clear-EventLog Ops"
    )
    assert session.values("(Get-EventLog -List).Log") == ["Application", "Ops", "Security", "System"]
    session.values("Remove-EventLog Ops")
    assert (
        session.error("Write-EventLog Ops OpsApp 1 -Message hi")[0]
        == f"LogDoesNotExist,{_CMDLETS}WriteEventLogCommand"
    )
    session.values("New-EventLog Application OpsApp")


@pytest.mark.parametrize(
    ("script", "error_id"),
    [
        ("Get-EventLog Nope", f"System.InvalidOperationException,{_CMDLETS}GetEventLogCommand"),
        ("Get-EventLog System -Source zzz", f"GetEventLogNoEntriesFound,{_CMDLETS}GetEventLogCommand"),
        (
            "Write-EventLog Application Nope 1 -Message x",
            f"SourceDoesNotExist,{_CMDLETS}WriteEventLogCommand",
        ),
        ("Write-EventLog System MyApp 1 -Message x", f"ArgumentException,{_CMDLETS}WriteEventLogCommand"),
        ("New-EventLog System myapp", f"SourceAlreadyExists,{_CMDLETS}NewEventLogCommand"),
        ("Remove-EventLog System", f"LogNotRemoved,{_CMDLETS}RemoveEventLogCommand"),
    ],
)
def test_what_cannot_be_done_is_an_error(session, script, error_id):
    assert session.error(script)[0] == error_id


def test_an_entry_type_that_there_is_not_is_refused(session):
    kind = "[Enum]::ToObject([Diagnostics.EventLogEntryType], 3)"
    error_id, _, said = session.error(f"[Diagnostics.EventLog]::WriteEntry('MyApp', 'm', {kind})")
    assert error_id == "InvalidEnumArgumentException"
    assert "'type' (3) is invalid for Enum type 'EventLogEntryType'" in said


def test_only_administrators_register_sources():
    session = ConsoleSession(user="watcher")
    assert session.error("New-EventLog Application MyApp")[1] == "PermissionDenied"
    assert session.host.event_log.log_of_source("MyApp") is None


def test_audits_categories_and_raw_data_are_seen_through_every_door(session):
    session.values(
        "Write-EventLog Application MyApp 7 -Message no -EntryType FailureAudit -Category 3 -RawData 1, 255"
    )
    entry = "$e = Get-EventLog Application -EntryType FailureAudit; "
    assert session.values(f'{entry}"$($e.EntryType) $($e.CategoryNumber) $($e.Category)"; $e.Data') == [
        "FailureAudit 3 (3)",
        1,
        255,
    ]
    wanted = "Get-WinEvent -FilterHashtable @{LogName = 'Application'; Keywords = 0x10000000000000}"
    assert session.values(f'({wanted}).Level, ({wanted}).Task, "$(({wanted}).KeywordsDisplayNames)"') == [
        0,
        3,
        "Classic Audit Failure",
    ]
    (text,) = session.values(f"({wanted}).ToXml()")
    assert "<EventData><Data>no</Data><Binary>01FF</Binary></EventData>" in text
    assert "<Keywords>0x90000000000000</Keywords>" in text
    row = "Get-CimInstance Win32_NTLogEvent -Filter \"Logfile = 'Application' AND EventCode = 7\""
    assert session.values(f"({row}).Type, ({row}).EventType, ({row}).Category; ({row}).Data") == [
        "Audit Failure",
        5,
        3,
        1,
        255,
    ]


def test_write_entry_takes_a_category_and_raw_data(session):
    call = "[Diagnostics.EventLog]::WriteEntry('MyApp', 'x', 'SuccessAudit', 5, 2, [byte[]](9, 8))"
    session.values(call)
    assert session.values("(Get-EventLog Application -Newest 1).Data") == [9, 8]
    _, _, message = session.error("[Diagnostics.EventLog]::WriteEntry('MyApp', 'x', 'Error', 70000)")
    assert "It must be in the range between '0' and '65535'." in message
    _, _, message = session.error("[Diagnostics.EventLog]::WriteEntry('MyApp', 'x' * 32767)")
    assert "cannot exceed 32766 characters" in message


def test_a_message_that_is_too_long_is_refused(session):
    identifier, _, message = session.error("Write-EventLog Application MyApp 7 -Message ('x' * 32767)")
    assert identifier == f"ArgumentException,{_CMDLETS}WriteEventLogCommand"
    assert message.startswith("Log entry string is too long.")
