"""Cmdlets that Windows has and the emulator has not: found, refused by name, counted."""

from __future__ import annotations

import pytest

from emulator.powershell.modules.core import CORE
from emulator.powershell.modules.declared import declared_modules
from emulator.powershell.modules.utility import UTILITY
from emulator.powershell.runtime import InitialSession, Runspace


@pytest.fixture
def session() -> InitialSession:
    return InitialSession(modules=(CORE, UTILITY, *declared_modules(with_later=True)))


@pytest.mark.parametrize(
    ("script", "name"),
    [
        ("Test-FileCatalog X", "Test-FileCatalog"),
        ("Show-EventLog", "Show-EventLog"),
        ("Get-PnpDevice -Class X", "Get-PnpDevice"),
    ],
)
def test_a_call_says_that_it_is_not_emulated_and_is_counted(session, script, name):
    failure = Runspace(session).run(script).failure
    assert failure.fully_qualified_error_id.startswith("NotEmulated,")
    assert name in failure.exception.message
    assert session.gap_counts["cmdlet", name] == 1


def test_get_command_finds_it_with_its_parameters(session):
    result = Runspace(session).run("(Get-Command Get-PnpDevice).Parameters.Keys -contains 'InstanceId'")
    assert result.output == [True]


def test_what_windows_has_not_is_not_found(session):
    (record,) = Runspace(session).run("Test-Pathh").errors
    assert record.fully_qualified_error_id == "CommandNotFoundException"
    assert not session.gap_counts


def test_powershell_before_3_has_only_its_own_modules():
    assert "PnpDevice" not in {module.name for module in declared_modules(with_later=False)}
    assert "PnpDevice" in {module.name for module in declared_modules(with_later=True)}
