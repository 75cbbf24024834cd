"""Test-Certificate."""

from __future__ import annotations

from typing import Any

from emulator.host.security.certificate_chains import STATUSES
from emulator.key_usages import CODE_SIGNING, SERVER_AUTHENTICATION
from emulator.powershell.modules.certificates.certificate_types import usage_identifiers
from emulator.powershell.modules.certificates.chains import chain_of
from emulator.powershell.modules.pki.support import certificate_given
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import cmdlet

_FORGIVEN = {"RevocationStatusUnknown", "OfflineRevocation"}
#: What Test-Certificate says of a chain's problem (the codes of WinTrust).
_CODES = {
    "NotTimeValid": "0x800b0101 (-2146762495 CERT_E_EXPIRED)",
    "UntrustedRoot": "0x800b0109 (-2146762487 CERT_E_UNTRUSTEDROOT)",
    "PartialChain": "0x800b010a (-2146762486 CERT_E_CHAINING)",
    "NotSignatureValid": "0x80096004 (-2146869244 TRUST_E_CERT_SIGNATURE)",
    "NotValidForUsage": "0x800b0110 (-2146762480 CERT_E_WRONG_USAGE)",
}
_WRONG_NAME = (
    "The certificate's CN name does not match the passed value. 0x800b010f (-2146762481 CERT_E_CN_NO_MATCH)"
)


@cmdlet("Test-Certificate")
def check_certificate(
    call: CmdletCall,
    cert: Any,
    policy: str = "BASE",
    eku: list[str] | None = None,
    dns_name: str | None = None,
    allow_untrusted_root: bool = False,
) -> None:
    """Whether a certificate is trusted, and good for what is asked; why not is an error."""
    certificate = certificate_given(call, cert)
    problems = [name for one in chain_of(certificate) for name in one.problems if name not in _FORGIVEN]
    if allow_untrusted_root:
        problems = [one for one in problems if one != "UntrustedRoot"]
    wanted = list(eku or ())
    wanted += {"SSL": [SERVER_AUTHENTICATION], "AUTHENTICODE": [CODE_SIGNING]}.get(policy.upper(), [])
    usages = usage_identifiers(certificate)
    if usages and any(str(one) not in usages for one in wanted):
        problems.append("NotValidForUsage")
    texts = [f"{STATUSES[one][1].strip()} {_CODES[one]}" for one in problems[:1]]
    if not texts and dns_name is not None and not certificate.facts.is_for(dns_name):
        texts = [_WRONG_NAME]
    for text in texts:
        kind = "System.Exception"
        call.error(call.record(kind, text, kind))
    call.write(not texts)
