"""Start-Transaction and -UseTransaction: changes of the registry that are kept apart until they are completed."""

from datetime import timedelta

import pytest

from tests.powershell.modules.console_session import ConsoleSession

KEY = "HKCU:\\Software\\Tx"
OTHERS = "(Test-Path HKCU:\\Software\\Tx)"


@pytest.fixture
def session():
    return ConsoleSession()


def test_changes_reach_the_machine_when_the_transaction_is_completed(session):
    session.values(
        f"Start-Transaction; New-Item {KEY} -UseTransaction; Set-ItemProperty {KEY} A 5 -UseTransaction"
    )
    seen = session.values(f"Test-Path {KEY} -UseTransaction; {OTHERS}; (gp {KEY} -UseTransaction).A")
    assert seen == [True, False, 5]
    other = ConsoleSession(host=session.host)
    assert other.values(f"Test-Path {KEY}") == [False]
    session.values("Complete-Transaction")
    assert other.values(f"(Get-ItemProperty {KEY}).A") == [5]


def test_an_undone_transaction_leaves_nothing(session):
    session.values(f"New-Item {KEY}; Set-ItemProperty {KEY} A 1; New-Item {KEY}\\Below")
    script = (
        f"Start-Transaction; Remove-Item {KEY} -Recurse -UseTransaction; Test-Path {KEY} -UseTransaction;"
        f" Test-Path {KEY}; New-Item {KEY} -UseTransaction | Out-Null;"
        f" @(gci {KEY} -UseTransaction).Count; Undo-Transaction; (gp {KEY}).A; @(gci {KEY}).Count;"
        " (Get-Transaction).Status"
    )
    *seen, status = session.values(script)
    assert seen == [False, True, 0, 1, 1]
    assert str(status) == "RolledBack"


def test_a_removed_key_that_is_made_again_has_only_its_new_values(session):
    session.values(f"New-Item {KEY}; Set-ItemProperty {KEY} Old 1")
    script = (
        f"Start-Transaction; ri {KEY} -usetx; ni {KEY} -usetx | Out-Null; sp {KEY} New 2 -usetx;"
        f" Complete-Transaction; (Get-Item {KEY}).Property"
    )
    assert session.values(script) == ["New"]


def test_a_joined_transaction_is_completed_by_the_last_subscriber(session):
    script = (
        "Start-Transaction; Start-Transaction; (Get-Transaction).SubscriberCount;"
        f" ni {KEY} -UseTransaction | Out-Null; Complete-Transaction; {OTHERS}; Complete-Transaction; {OTHERS}"
    )
    assert session.values(script) == [2, False, True]


def test_an_independent_transaction_ends_alone(session):
    script = (
        f"Start-Transaction; ni {KEY} -UseTransaction | Out-Null; Start-Transaction -Independent;"
        f" ni {KEY}2 -UseTransaction | Out-Null; Undo-Transaction; Complete-Transaction;"
        f" {OTHERS}; Test-Path {KEY}2"
    )
    assert session.values(script) == [True, False]


def test_an_error_of_a_command_that_uses_it_undoes_it_as_the_preference_says(session):
    script = (
        "Start-Transaction {0}; gi HKCU:\\Nowhere -UseTransaction -ErrorAction SilentlyContinue;"
        " [string](Get-Transaction).Status; if ((Get-Transaction).Status -eq 'Active') {{ Undo-Transaction }}"
    )
    assert session.values(script.format("")) == ["RolledBack"]
    assert session.values(script.format("-RollbackPreference TerminatingError")) == ["Active"]
    assert session.values(script.format("-RollbackPreference Never")) == ["Active"]


def test_a_transaction_times_out_on_the_clock_of_the_machine(session):
    session.values(f"Start-Transaction -Timeout 5; ni {KEY} -UseTransaction")
    session.host.clock.advance(timedelta(seconds=299))
    assert session.values(f"Test-Path {KEY} -UseTransaction") == [True]
    session.host.clock.advance(timedelta(seconds=2))
    text = "Cannot commit transaction. The transaction has been rolled back or has timed out."
    identifier = "System.Transactions.TransactionAbortedException,Microsoft.PowerShell.Commands."
    found = session.error("Complete-Transaction")
    assert (found[0], found[2]) == (f"{identifier}CompleteTransactionCommand", text)
    assert session.values(OTHERS) == [False]


@pytest.mark.parametrize(
    ("script", "identifier", "text"),
    [
        (
            "Complete-Transaction",
            "CompleteTransaction",
            "Cannot commit transaction. No transaction is active.",
        ),
        (
            "Undo-Transaction",
            "UndoTransaction",
            "Cannot roll back the transaction, because there is no active transaction.",
        ),
        ("gi HKCU:\\ -UseTransaction", "GetItem", "Cannot use transaction. No transaction has been started."),
        (
            "Start-Transaction; Complete-Transaction; gi HKCU:\\ -UseTransaction",
            "GetItem",
            "Cannot use transaction. The transaction has been committed.",
        ),
        (
            "Start-Transaction; Use-Transaction { 1 }",
            "UseTransaction",
            "This cmdlet requires a transaction. Run the command again with the -UseTransaction parameter.",
        ),
    ],
)
def test_without_a_transaction_the_commands_say_so(session, script, identifier, text):
    found = session.error(script)
    kind = "System.InvalidOperationException"
    assert (found[0], found[2]) == (f"{kind},Microsoft.PowerShell.Commands.{identifier}Command", text)


def test_other_providers_have_no_transactions(session):
    found = session.error("Start-Transaction; Get-Item C:\\Windows -UseTransaction")
    assert found[0] == "NotSupported,Microsoft.PowerShell.Commands.GetItemCommand"
    assert "NotImplemented" in found[1]
    text = (
        "The provider does not support transactions. Perform the operation again without the -UseTransaction"
    )
    assert found[2] == f"{text} parameter."


def test_a_transacted_text_changes_with_its_transaction(session):
    script = (
        '$t = New-Object Microsoft.PowerShell.Commands.Management.TransactedString; $t.Append("Hello");'
        ' Start-Transaction; Use-Transaction { $t.Append(", World") } -UseTransaction; [string]$t.ToString();'
        " Use-Transaction { $t.ToString() } -UseTransaction; Complete-Transaction; $t.ToString()"
    )
    assert session.values(script) == ["Hello", "Hello, World", "Hello, World"]


def test_the_rights_of_the_account_count_when_a_change_is_made():
    session = ConsoleSession(user="reader")
    found = session.error("Start-Transaction; New-Item HKLM:\\SOFTWARE\\Tx -UseTransaction")
    assert found[0].startswith("System.Security.SecurityException,")


def test_the_view_of_a_transaction(session):
    assert session.shown("Start-Transaction; Get-Transaction").splitlines()[0].split() == [
        *("RollbackPreference", "SubscriberCount", "Status")
    ]


def test_a_key_that_is_gone_when_the_transaction_is_completed_undoes_it(session):
    session.values(
        f"$null = New-Item {KEY}; Start-Transaction; Set-ItemProperty {KEY} A 5 -UseTransaction; Remove-Item {KEY}"
    )
    result = session.runspace.run("Complete-Transaction; (Get-Transaction).Status")
    assert result.failure is None
    assert [one.error_id.partition(",")[0] for one in result.errors] == ["System.IO.IOException"]
    assert [str(one) for one in result.output] == ["RolledBack"]


def test_a_transacted_text_has_the_budget_of_every_text(session):
    found = session.error(
        "$t = New-Object Microsoft.PowerShell.Commands.Management.TransactedString ('x' * 1MB);"
        "foreach ($i in 1..6) { $t.Append($t.ToString()) }"
    )
    assert found[0].endswith("OutOfMemoryException")


def test_a_transaction_of_which_the_machine_refuses_a_part_leaves_nothing(session):
    service = "HKLM:\\SYSTEM\\CurrentControlSet\\Services\\Spooler"
    session.values(
        f"Start-Transaction; New-Item {KEY} -UseTransaction | Out-Null; Set-ItemProperty {KEY} A 5 -UseTransaction;"
        f" Set-ItemProperty {service} Start 99 -UseTransaction"
    )
    assert session.error("Complete-Transaction")[0].startswith("System.IO.IOException")
    assert session.values(
        f"{OTHERS}; (Get-ItemProperty {service}).Start; [string](Get-Transaction).Status"
    ) == [
        False,
        2,
        "RolledBack",
    ]
