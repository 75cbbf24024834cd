"""Send-MailMessage: the errors of a machine whose mail server nobody runs."""

from __future__ import annotations

import re

from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.types import PSType, register
from emulator.powershell.modules.management.tcp_connections import UNKNOWN, connect
from emulator.powershell.modules.utility.files import files_of
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import not_emulated
from emulator.powershell.runtime.module import Cmdlet, cmdlet

_PORT = 25
_ADDRESS = re.compile(r'(?:"[^"]*"\s*|[^<>@]*)(?:<[^<>@\s]+@[^<>@\s]+>|(?<![^\s])[^<>@\s]+@[^<>@\s]+)')
_NO_SERVER = (
    "The email cannot be sent because no SMTP server was specified. You must specify an SMTP server by using "
    "either the SmtpServer parameter or the $PSEmailServer variable."
)


class SmtpClient:
    """System.Net.Mail.SmtpClient, as the target of an error."""


register(PSType("System.Net.Mail.SmtpClient"), SmtpClient)


@cmdlet("Send-MailMessage")
class SendMailMessage(Cmdlet):
    """Say that the server cannot be found or reached; a port where something listens speaks no SMTP."""

    accepts = ("To", "SmtpServer", "From", "Attachments", "Bcc", "Cc", "Port")

    def begin(self) -> None:
        """Check the sender, the receivers and the server."""
        call = self.call
        if not _ADDRESS.fullmatch(to_text(call.get("From")).strip()):
            raise call.failure(
                "System.FormatException", _MALFORMED, "FormatException", "InvalidType", call.get("From")
            )
        for name in ("To", "Bcc", "Cc"):
            for one in call.get(name) or ():
                if not _ADDRESS.fullmatch(to_text(one).strip()):
                    call.error(
                        call.record(
                            "System.FormatException", _MALFORMED, "FormatException", "InvalidType", one
                        )
                    )
        self.server = to_text(call.get("SmtpServer") or call.frame.scope.value("psemailserver", ""))
        if not self.server:
            raise call.failure("System.InvalidOperationException", _NO_SERVER, "", "InvalidArgument")

    def process(self) -> None:
        """Look for the attachments."""
        for _file in files_of(self.call, self.call.get("Attachments"), literal=False):
            pass  # they are read when a server wants them

    def end(self) -> None:
        """Connect."""
        call = self.call
        try:
            connect(call.engine, self.server, int(call.get("Port") or _PORT))
        except NetError as problem:
            is_unknown = problem.exception.message == UNKNOWN
            text = (
                f"The remote name could not be resolved: '{self.server}'"
                if is_unknown
                else "Unable to connect to the remote server"
            )
            call.error(
                call.record(
                    "System.Net.Mail.SmtpException", text, "SmtpException", "InvalidOperation", SmtpClient()
                )
            )
            return
        raise call.complete(not_emulated("Send-MailMessage to a port where something else listens"))


_MALFORMED = "The specified string is not in the form required for an e-mail address."
