"""Cmdlets that reach a mail server, the machine's clock, a window or a printer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.powershell.modules.console_session import ConsoleSession

_SEND = "Send-MailMessage -To a@b.c -From 'Me <d@e.f>' -Subject x"


@pytest.fixture
def session() -> ConsoleSession:
    return ConsoleSession()


@pytest.mark.parametrize(
    ("server", "message"),
    [
        ("mail.contoso.com", "The remote name could not be resolved: 'mail.contoso.com'"),
        ("localhost", "Unable to connect to the remote server"),
        ("10.99.0.1", "Unable to connect to the remote server"),
    ],
)
def test_mail_ends_in_the_error_of_a_server_that_is_not_there(session, server, message):
    assert session.error(f"{_SEND} -SmtpServer {server}") == (
        "SmtpException,Microsoft.PowerShell.Commands.SendMailMessage",
        "InvalidOperation",
        message,
    )


def test_mail_goes_to_the_server_of_the_preference_variable(session):
    assert "'mail.example'" in session.error(f"$PSEmailServer = 'mail.example'; {_SEND}")[2]
    assert ConsoleSession().error(_SEND)[2].startswith("The email cannot be sent because no SMTP server")


def test_addresses_of_mail_are_checked(session):
    error = session.error("Send-MailMessage -To a@b.c -From nobody -Subject x -SmtpServer localhost")
    assert error[0] == "FormatException,Microsoft.PowerShell.Commands.SendMailMessage"


@pytest.mark.parametrize("address", ["a@b.c", "  a@b.c ", "A B <a@b.c>", '"A, B" <a@b.c>', '"A"a@b.c'])
def test_names_and_blanks_may_stand_around_an_address_of_mail(session, address):
    error = session.error(f"Send-MailMessage -To a@b.c -From '{address}' -Subject x -SmtpServer localhost")
    assert "FormatException" not in error[0]


def test_many_blanks_in_an_address_of_mail_cost_no_backtracking(session):
    error = session.error(
        "Send-MailMessage -To a@b.c -From ('a' + ' ' * 300000 + 'b') -Subject x -SmtpServer s"
    )
    assert "FormatException" in error[0]


def test_set_date_moves_the_clock_of_the_whole_machine(session):
    before = session.host.clock.now()
    script = "$d = (Get-Date).AddHours(3); (Set-Date $d) -eq $d; (Get-Date) -eq $d"
    assert session.values(script) == [True, True]
    assert session.host.clock.now() - before == timedelta(hours=3)
    session.values("$null = Set-Date -Adjust 0:30 -WhatIf; $null = Set-Date -Adjust 0:10")
    assert session.host.clock.now() - before == timedelta(hours=3, minutes=10)


def test_the_clock_neither_goes_back_nor_obeys_a_user_without_the_right(session):
    before = session.host.clock.now()
    assert session.error("Set-Date (Get-Date).AddDays(-1)")[1] == "NotImplemented"
    assert session.host.clock.now() == before
    assert ConsoleSession(user="amy").error("Set-Date -Adjust 1:0")[2] == (
        "A required privilege is not held by the client"
    )


def test_nothing_is_printed_where_no_printer_is(session):
    kind = "System.Drawing.Printing.InvalidPrinterException"
    error_id = f"{kind},Microsoft.PowerShell.Commands.OutPrinterCommand"
    assert session.error("1 | Out-Printer") == (error_id, "NotSpecified", "No printers are installed.")
    assert session.error("1 | Out-Printer Fax")[2] == "Settings to access printer 'Fax' are not valid."


@pytest.mark.parametrize("command", ["1 | Out-GridView", "Show-Command Get-Process"])
def test_a_window_opens_for_nobody(session, command):
    assert session.error(command)[1] == "NotImplemented"
    session.runspace.engine.session.host_name = "ServerRemoteHost"
    assert session.error(command)[0].startswith("RemotingNotSupported,")
