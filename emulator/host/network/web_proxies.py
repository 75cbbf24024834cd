"""The proxies of the machine's internet: who may send requests over one."""

from __future__ import annotations

from emulator.profile.web_pages import WebProxy


class StatedProxy:
    """A proxy with how many requests went over it."""

    __slots__ = ("proxy", "requests")

    def __init__(self, proxy: WebProxy) -> None:
        self.proxy = proxy
        self.requests = 0

    def admits(self, credential: tuple[str, str] | None, account: str | None) -> bool:
        """Whether a request passes: with the stated name and password, or from the account of that name that
        logs on as itself. One that passes is counted."""
        wanted = self.proxy.user.lower()
        if credential is not None:
            admitted = credential[0].lower() == wanted and credential[1] == self.proxy.password
        else:
            admitted = account is not None and wanted in (
                account.lower(),
                account.rpartition("\\")[2].lower(),
            )
        admitted = admitted or not wanted
        self.requests += admitted
        return admitted
