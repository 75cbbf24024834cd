"""New-Variable and Set-Variable -Visibility; Import-Clixml page by page."""

from __future__ import annotations

import pytest

from tests.powershell.modules.console_session import ConsoleSession


@pytest.fixture
def session():
    return ConsoleSession()


def test_a_private_variable_is_not_for_the_session_itself(session):
    session.values("New-Variable secret 5 -Visibility Private")
    assert session.error("$secret") == (
        "VariableIsPrivate",
        "PermissionDenied",
        "Cannot access the variable '$secret' because it is a private variable.",
    )
    assert session.error("Get-Variable secret")[0] == (
        "VariableIsPrivate,Microsoft.PowerShell.Commands.GetVariableCommand"
    )
    assert session.values("Get-Variable secre*") == []


def test_functions_use_it(session):
    script = 'New-Variable secret 5 -Visibility Private; function f { $secret; "$((Get-Variable secret).Visibility)" }; f'
    assert session.values(script) == [5, "Private"]


def test_it_can_be_shown_again(session):
    session.values("$open = 1; Set-Variable open -Visibility Private")
    session.values("function show { Set-Variable open -Scope Global -Visibility Public }; show")
    assert session.values("$open") == [1]


def test_clixml_comes_by_pages(session):
    session.values("1..5 | Export-Clixml C:\\n.xml; ,(1..5) | Export-Clixml C:\\list.xml")
    assert session.values("Import-Clixml C:\\n.xml -First 2 -Skip 1") == [2, 3]
    assert session.values("Import-Clixml C:\\list.xml -First 2 -Skip 1") == [2, 3]
    script = (
        "$x = Import-Clixml C:\\n.xml -First 1 -IncludeTotalCount; $x[0].ToString(); $x[0].Accuracy; $x[1]"
    )
    assert session.values(script) == ["Unknown total count", 0.0, 1]
