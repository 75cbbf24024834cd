"""What was copied: each window station has a clipboard, and each account that logs on its own station."""

from typing import TYPE_CHECKING

from emulator.host.errors import QuotaExceeded

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.security.account import Account

MAXIMUM_TEXT = 16 << 20


class Clipboards:
    """The texts of the clipboards of the machine. They are lost when it restarts."""

    def __init__(self, host: "Host") -> None:
        self.host = host
        self._texts: dict[str, str] = {}

    def seed(self) -> None:
        """Nothing was copied yet."""
        self._texts.clear()

    clear = seed

    def text(self, account: "Account") -> str:
        """The text on the clipboard of an account; empty when there is none."""
        return self._texts.get(account.qualified_name.casefold(), "")

    def put(self, account: "Account", text: str) -> None:
        """Replace the text. Raises QuotaExceeded."""
        if len(text) > MAXIMUM_TEXT:
            raise QuotaExceeded("Not enough quota is available to process this command.")
        with self.host.looking():
            self._texts[account.qualified_name.casefold()] = text
