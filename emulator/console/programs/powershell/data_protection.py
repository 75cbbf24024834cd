"""The host's data protection as the engine asks for it, for the account that a session runs as."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from emulator.host import Account, Host, HostError
from emulator.powershell.dotnet.exceptions import CRYPTOGRAPHIC, NetError
from emulator.signed_numbers import signed32


class AccountDataProtection:
    """The secrets of an account."""

    def __init__(self, host: Host, account: Account) -> None:
        self._host = host
        self._account = account

    def protect(self, data: bytes, entropy: bytes, for_machine: bool) -> bytes:
        from emulator.host.security.data_protection import protect

        with _as_exceptions():
            return protect(self._host, self._account, data, entropy, for_machine=for_machine)

    def unprotect(self, blob: bytes, entropy: bytes) -> bytes:
        from emulator.host.security.data_protection import unprotect

        with _as_exceptions():
            return unprotect(self._host, self._account, blob, entropy)


@contextmanager
def _as_exceptions() -> Iterator[None]:
    try:
        yield
    except HostError as problem:
        # Texts of the system itself end a line.
        text = f"{problem.text}\r\n"
        raise NetError(CRYPTOGRAPHIC, text, hresult=signed32(problem.hresult)) from None
