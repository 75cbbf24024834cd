"""Questions to the user: through the host's own dialogues where it has them, as lines of text otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.collections import DICTIONARY_TYPES, PSArray
from emulator.powershell.dotnet.credentials import SecureString
from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.psobject import unwrap

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

_YES, _YES_TO_ALL = 0, 1
_CHOICES = (
    ("&Yes", "Continue with only the next step of the operation."),
    ("Yes to &All", "Continue with all the steps of the operation."),
    ("&No", "Skip this operation and proceed with the next operation."),
    ("No to A&ll", "Skip this operation and all subsequent operations."),
    ("&Suspend", 'Pause the current pipeline and return to the command prompt. Type "exit" to resume.'),
)
_AS_TEXT = '[Y] Yes  [A] Yes to All  [N] No  [L] No to All  [S] Suspend  [?] Help (default is "Y"): '


def no_user() -> NetError:
    """The exception of a question that nobody can answer."""
    return NetError(
        "System.Management.Automation.PSInvalidOperationException",
        "Windows PowerShell is in NonInteractive mode. Read and Prompt functionality is not available.",
    )


def confirm(engine: Engine, caption: str, message: str) -> bool | None:
    """The answer to ShouldProcess and ShouldContinue; None when there is nobody to ask.

    Raises NetError (HostException) when the host has no user.
    """
    call = getattr(engine.ui, "host_call", None)
    if call is not None:
        from emulator.powershell.runtime.host_values import ChoiceDescription

        choices = PSArray(ChoiceDescription(label, text) for label, text in _CHOICES)
        answer = call("PromptForChoice", [caption, message, choices, _YES])
        return unwrap(answer) in (_YES, _YES_TO_ALL)
    line = engine.ui.read_line(f"{caption}\r\n{message}\r\n{_AS_TEXT}")
    return None if line is None else line.strip().lower() in ("", "y", "a", "yes")


def asked(engine: Engine, caption: str, message: str) -> bool:
    """The answer for a function's $PSCmdlet. Raises NetError when there is nobody to ask."""
    answer = confirm(engine, caption, message)
    if answer is None:
        raise no_user()
    return answer


def read_line(engine: Engine, prompt: str | None, *, secure: bool = False) -> Any:
    """What Read-Host gives: a text, or a SecureString; None when there is nobody to ask.

    Raises NetError (HostException) when the host has no user.
    """
    call = getattr(engine.ui, "host_call", None)
    if call is None:
        line = engine.ui.read_line(f"{prompt}: " if prompt is not None else "")
        return SecureString(line) if secure and line is not None else line
    if prompt is None:
        return call("ReadLineAsSecureString" if secure else "ReadLine", [])
    from emulator.powershell.runtime.host_values import FieldDescription

    field = FieldDescription(prompt, "System.Security.SecureString" if secure else "System.String")
    answers = unwrap(call("Prompt", ["", "", PSArray([field])]))
    return answers.get(prompt) if type(answers) in DICTIONARY_TYPES else answers
