"""Get-Clipboard and Set-Clipboard, as 5.1 has them: texts of the clipboard of the account."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.host import Account, Host, HostError
from emulator.powershell.modules.management.support import places
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import PSError, not_emulated
from emulator.powershell.runtime.module import Cmdlet, cmdlet

_INVALID = "System.InvalidOperationException"
_SHOWN_LENGTH = 20


@cmdlet("Get-Clipboard")
def get_clipboard(
    call: CmdletCall, format: Any = None, raw: bool = False, text_format_type: Any = None
) -> Iterator[str | None]:
    """The text on the clipboard, line by line. Nothing but text is ever on it here."""
    kind = "Text" if format is None else to_text(format)
    if text_format_type is not None and kind != "Text":
        raise _refused(call, "TextFormatType can only be combined with Text format.", "FailedToGetClipboard")
    if raw and kind not in ("Text", "FileDropList"):
        text = "Raw can only be combined with Text or FileDropList format."
        raise _refused(call, text, "FailedToGetClipboard")
    is_plain = text_format_type is None or to_text(text_format_type) in ("Text", "UnicodeText")
    content = call.service(Host).clipboards.text(call.service(Account)) if kind == "Text" and is_plain else ""
    if not content:
        yield None
    elif raw:
        yield content
    else:
        yield from content.split("\r\n")


def _refused(call: CmdletCall, text: str, error_id: str) -> PSError:
    return call.failure(_INVALID, text, error_id, "InvalidOperation", "Clipboard")


@cmdlet("Set-Clipboard")
class SetClipboard(Cmdlet):
    """Copies texts, one a line. Copied files, and texts as HTML, are not emulated."""

    accepts = ("Value", "Append", "Path", "LiteralPath", "AsHtml")

    def begin(self) -> None:
        """Start with nothing."""
        self.values: list[str] = []

    def process(self) -> None:
        """Keep what came."""
        call = self.call
        for name in ("Path", "LiteralPath", "AsHtml"):
            if call.has(name):
                list(places(call, call.get("Path"), call.get("LiteralPath")))
                raise call.complete(not_emulated(f"Set-Clipboard -{name}"))
        self.values.extend(to_text(one) for one in call.get("Value") or ())

    def end(self) -> None:
        """Put it on the clipboard."""
        call = self.call
        clipboards, account = call.service(Host).clipboards, call.service(Account)
        held = clipboards.text(account)
        adds = bool(call.get("Append")) and bool(held)
        if call.get("Append") and not held:
            call.verbose(
                "There's no content in Clipboard or the content format is not compatible. Set input object "
                "to the Clipboard."
            )
        if not self.values and not adds:
            target = "The Clipboard has been cleared."
        else:
            first = self.values[0] if self.values else ""
            shown = first if len(first) < _SHOWN_LENGTH else f"{first[:_SHOWN_LENGTH]} ..."
            target = f"{'Append' if adds else 'Set'} string '{shown}' to the clipboard."
        if not call.should_process(target, "Set-Clipboard"):
            return
        text = "\r\n".join(([held] if adds else []) + self.values)
        try:
            clipboards.put(account, text)
        except HostError as problem:
            raise _refused(call, problem.text, "FailedToSetClipboard") from None
