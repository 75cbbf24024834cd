"""Which certificates Get-ChildItem shows: its parameters on drives of certificates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from emulator.key_usages import CODE_SIGNING, DOCUMENT_ENCRYPTION, SERVER_AUTHENTICATION
from emulator.powershell.dotnet.library.oids import friendly_name
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.regex import like
from emulator.powershell.modules.certificates.certificate_object import CertificateObject
from emulator.powershell.modules.certificates.certificate_types import DnsName, dns_names, usage_identifiers
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import to_text

_MOST_DAYS = 1_000_000


def choice(
    call: CmdletCall,
    *,
    code_signing: bool,
    servers: bool,
    documents: bool,
    dns_name: Any,
    eku: list[str] | None,
    expiring_in_days: int | None,
) -> Callable[[Any], bool]:
    """A test of an item; stores and locations never pass."""
    asked = (
        (CODE_SIGNING, code_signing),
        (SERVER_AUTHENTICATION, servers),
        (DOCUMENT_ENCRYPTION, documents),
    )
    wanted = [identifier for identifier, is_wanted in asked if is_wanted]
    name = unwrap(dns_name)
    pattern = name.unicode if isinstance(name, DnsName) else None if name is None else to_text(name)
    days = None if expiring_in_days is None else min(int(expiring_in_days), _MOST_DAYS)

    def passes(item: Any) -> bool:
        held = unwrap(item)
        if not isinstance(held, CertificateObject) or held.parsed is None:
            return False
        found = usage_identifiers(held)
        if not all(one in found for one in wanted) or (CODE_SIGNING in wanted and not held.has_key):
            return False
        if pattern is not None and not any(
            like(text, pattern) for one in dns_names(held) for text in (one.unicode, one.punycode)
        ):
            return False
        if eku and not any(
            like(text, str(one)) for one in eku for each in found for text in (each, friendly_name(each))
        ):
            return False
        return days is None or held.parsed.not_valid_after_utc <= call.engine.clock.now() + timedelta(days)

    return passes
