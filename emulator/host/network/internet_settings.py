"""The proxy that a user's Internet Options name (Internet Settings in the registry), which programs of .NET
Framework ask by default."""

from __future__ import annotations

import re
from fnmatch import translate
from typing import TYPE_CHECKING

from emulator.host.errors import HostError
from emulator.host.windows.registry import CURRENT_USER
from emulator.record import Record

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.security.accounts import Account

_KEY = "Software\\Microsoft\\Windows\\CurrentVersion\\Internet Settings"
_LOCAL = "<local>"
_USUAL_PORT = 80


class InternetProxy(Record):
    """What the user has set: ``servers`` by scheme (the empty one for all), ``bypass`` names that are asked
    directly, ``script`` the address of a script that decides."""

    servers: tuple[tuple[str, str], ...] = ()
    bypass: tuple[str, ...] = ()
    script: str = ""

    def server(self, scheme: str) -> str | None:
        """The proxy for a scheme as ``name:port``, None for none."""
        known = dict(self.servers)
        found = known.get(scheme.lower()) or known.get("")
        if not found:
            return None
        plain = re.sub(r"^[a-z]+://", "", found, flags=re.I).rstrip("/")
        return plain if ":" in plain else f"{plain}:{_USUAL_PORT}"

    def bypasses(self, name: str) -> bool:
        """Whether a computer is asked directly."""
        patterns = (one for one in self.bypass if one != _LOCAL)
        if any(re.match(translate(one), name.lower()) for one in patterns):
            return True
        return _LOCAL in self.bypass and "." not in name


def internet_proxy(host: Host, account: Account | None) -> InternetProxy:
    """What a user has set."""
    try:
        with host.looking():
            values = host.registry.values(CURRENT_USER, _KEY, account)
    except HostError:
        return InternetProxy()
    known = {one.name.lower(): one.data for one in values}
    script = str(known.get("autoconfigurl") or "")
    if not known.get("proxyenable"):
        return InternetProxy(script=script)
    pairs = (one.strip().rpartition("=") for one in str(known.get("proxyserver") or "").split(";"))
    servers = tuple((scheme.lower(), server) for scheme, _, server in pairs if server)
    bypass = tuple(
        one.strip().lower() for one in str(known.get("proxyoverride") or "").split(";") if one.strip()
    )
    return InternetProxy(servers, bypass, script)
