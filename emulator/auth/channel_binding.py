"""Channel bindings of the TLS channel under an authentication (RFC 5929) and how strictly they are asked for.

CbtHardeningLevel of WinRM: None ignores bindings, Relaxed lets clients without them in and checks those that
are sent, Strict demands them. On a plain connection there is nothing to bind to.
"""

from __future__ import annotations

from emulator.auth.errors import ChannelBindingMismatch
from emulator.auth.settings import WinrmSettings


def expected_binding(winrm: WinrmSettings, channel: bytes | None) -> bytes | None:
    """The bindings that a client's are to be compared with, None when none are looked at."""
    return None if winrm.channel_binding.lower() == "none" else channel


def refuse_without_binding(winrm: WinrmSettings) -> None:
    """Called when bindings are looked at and the client sent none. Raises ChannelBindingMismatch."""
    if winrm.channel_binding.lower() == "strict":
        raise ChannelBindingMismatch("the client sent no channel bindings and the host demands them")
