"""Questions to the user: through the host's own dialogues where it has them, as lines of text otherwise."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from emulator.powershell.dotnet.collections import DICTIONARY_TYPES, PSArray
from emulator.powershell.dotnet.credentials import Credential, SecureString
from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.format.wrapping import wrap
from emulator.powershell.runtime.errors import not_emulated

if TYPE_CHECKING:
    from emulator.powershell.runtime.common_options import CommonOptions
    from emulator.powershell.runtime.engine import Engine


class _Choice(NamedTuple):
    key: str
    name: str
    label: str
    help: str


_YES = _Choice("Y", "Yes", "&Yes", "Continue with only the next step of the operation.")
_YES_TO_ALL = _Choice("A", "Yes to All", "Yes to &All", "Continue with all the steps of the operation.")
_NO = _Choice("N", "No", "&No", "Skip this operation and proceed with the next operation.")
_NO_TO_ALL = _Choice("L", "No to All", "No to A&ll", "Skip this operation and all subsequent operations.")
_SUSPEND = _Choice(
    "S",
    "Suspend",
    "&Suspend",
    'Pause the current pipeline and return to the command prompt. Type "exit" to resume.',
)


def no_user() -> NetError:
    """The exception of a question that nobody can answer."""
    return NetError(
        "System.Management.Automation.PSInvalidOperationException",
        "Windows PowerShell is in NonInteractive mode. Read and Prompt functionality is not available.",
    )


def confirm(
    engine: Engine, caption: str, message: str, options: CommonOptions | None = None, kind: str = "process"
) -> bool | None:
    """The answer to a question; None when there is nobody to ask. With the options of a command it may be
    given for all the questions of its kind (of ShouldProcess, or of ShouldContinue) to come.

    Raises NetError: HostException when the host has no user, NullReferenceException at the end of the input.
    """
    if options is not None and kind in options.answers_to_all:
        return options.answers_to_all[kind]
    choices = [_YES, _NO] if options is None else [_YES, _YES_TO_ALL, _NO, _NO_TO_ALL]
    call = getattr(engine.ui, "host_call", None)
    picked: _Choice | None
    if call is not None:  # a remote host, which is not offered to suspend
        picked = _picked_by_host(call, caption, message, choices)
    else:
        picked = _picked_in_text(engine, caption, message, [*choices, _SUSPEND])
    if picked is None:
        return None
    if picked is _SUSPEND:
        raise not_emulated("To suspend a pipeline at a question")
    is_yes = picked in (_YES, _YES_TO_ALL)
    if options is not None and picked in (_YES_TO_ALL, _NO_TO_ALL):
        options.answers_to_all = {**options.answers_to_all, kind: is_yes}
    return is_yes


def _picked_by_host(
    call: Callable[[str, list[Any]], Any], caption: str, message: str, choices: list[_Choice]
) -> _Choice:
    from emulator.powershell.runtime.host_values import ChoiceDescription

    offered = PSArray(ChoiceDescription(one.label, one.help) for one in choices)
    answer = unwrap(call("PromptForChoice", [caption, message, offered, choices.index(_YES)]))
    return choices[answer] if answer in range(len(choices)) else _NO


def _picked_in_text(engine: Engine, caption: str, message: str, choices: list[_Choice]) -> _Choice | None:
    """As the console asks: again until the answer is a choice; an empty line is the default."""
    width = engine.ui.width - 1
    head = f"{caption}\n" if caption else ""
    question = "\n".join(["", *wrap(f"{head}{message}", width), ""])
    offer = _offer(choices, width)
    while True:
        line = engine.ui.read_line(f"{question}{offer}".replace("\n", "\r\n"))
        if line is None:
            if getattr(engine.ui, "interactive", False):
                # The console host does not expect that its input ends, and looks at the length of nothing.
                raise NetError(
                    "System.NullReferenceException", "Object reference not set to an instance of an object."
                )
            return None
        answer = line.strip().lower()
        if not answer:
            return _YES
        picked = next((one for one in choices if answer in (one.key.lower(), one.name.lower())), None)
        if picked is not None:
            return picked
        question = "".join(f"{one.key} - {one.help}\n" for one in choices) if answer == "?" else ""


def _offer(choices: list[_Choice], width: int) -> str:
    """The choices with their keys, in lines."""
    lines = [""]
    for piece in (*(f"[{one.key}] {one.name}  " for one in choices), "[?] Help ", '(default is "Y"): '):
        if lines[-1] and len(lines[-1]) + len(piece) > width:
            lines.append(piece.rstrip())
        else:
            lines[-1] += piece
    return "\n".join(lines)


def asked(engine: Engine, caption: str, message: str, options: CommonOptions | None = None) -> bool:
    """The answer for a function's $PSCmdlet, as `confirm`. Raises NetError when there is nobody to ask."""
    answer = confirm(engine, caption, message, options)
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


def read_credential(
    engine: Engine,
    user_name: str | None = None,
    message: str = "Enter your credentials.",
    caption: str = "Windows PowerShell credential request",
) -> Any:
    """Name and password from the user, as $Host.UI.PromptForCredential gives them; None when he gives up.

    Without a window they are asked for in lines, as the console does with ConsolePrompting. Raises NetError
    when there is nobody to ask.
    """
    call = getattr(engine.ui, "host_call", None)
    if call is not None:
        return call("PromptForCredential1", [caption, message, user_name, ""])
    if not getattr(engine.ui, "interactive", False):
        raise no_user()
    head = "\r\n".join(["", *wrap(caption, engine.ui.width - 1), *wrap(message, engine.ui.width - 1), ""])
    if not user_name:
        user_name, head = engine.ui.read_line(f"{head}User: "), ""
        if not user_name:
            return None
    password = engine.ui.read_line(f"{head}Password for user {user_name}: ")
    return None if password is None else Credential(user_name, SecureString(password))
