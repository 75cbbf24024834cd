"""How the WinRM client of a machine proves who its user is: what its own configuration allows
(winrm/config/client), and what the service at the other side takes (winrm/config/service/auth). Texts and
numbers are those of wsmerror.h."""

from typing import TYPE_CHECKING

from emulator.host.security.certificate_reading import is_issued_by, subjects
from emulator.host.security.certificates import MACHINE, Certificate, normal_thumbprint
from emulator.host.winrm.client_errors import ClientError

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.security.account import Account

_BEGINNING = "The WinRM client cannot process the request."
_CHANGE = "Change the client configuration and try the request again."
#: Schemes, the attribute of the client's configuration that allows each, and the error when it does not.
_ALLOWED = {
    "Basic": ("basic", 0x803380DF),
    "Digest": ("digest", 0x803380E0),
    "Negotiate": ("negotiate", 0x803380E1),
    "Kerberos": ("kerberos", 0x803380E2),
    "Certificate": ("certificate", 0x803380E3),
    "CredSSP": ("credssp", 0x803381A2),
}
_LOCAL = frozenset({"localhost", "127.0.0.1", "[::1]", "::1"})


class SchemeRefused(Exception):
    """The client does not send the request, or the service does not take it. ``number`` is the error's."""

    def __init__(self, number: int, text: str) -> None:
        super().__init__(f"{_BEGINNING} {text}")
        self.number = number


def check_scheme(
    client: "Host", service: "Host", destination: str, scheme: str, *, has_credential: bool, is_secure: bool
) -> None:
    """Whether a request may be sent with a scheme (Basic, Digest, Negotiate, Kerberos, CredSSP or
    Certificate). Raises SchemeRefused."""
    _check_parameters(client, destination, scheme, has_credential=has_credential, is_secure=is_secure)
    _check_client(client, scheme, is_secure=is_secure)
    offered = _offered(service, is_secure=is_secure)
    if scheme not in offered and not (scheme == "Certificate" and service.winrm.authentication.certificate):
        raise SchemeRefused(ClientError.ACCESS_DENIED[0], _not_taken(offered))


def _check_parameters(
    client: "Host", destination: str, scheme: str, *, has_credential: bool, is_secure: bool
) -> None:
    if scheme in ("Basic", "Digest") and not has_credential:
        raise SchemeRefused(
            0x803380B0,
            "Requests must include user name and password when Basic or Digest authentication mechanism is "
            "used. Add the user name and password or change the authentication mechanism and try the request "
            "again.",
        )
    if scheme == "Certificate" and not is_secure:
        raise SchemeRefused(
            0x803380D8,
            "Certificate parameters are not valid when the HTTP transport is also specified. Remove the "
            "certificate parameters or change the transport and try again the request.",
        )
    if scheme == "Kerberos":
        _check_kerberos(client, destination, has_credential=has_credential)


def _check_kerberos(client: "Host", destination: str, *, has_credential: bool) -> None:
    if destination.casefold() in _LOCAL:
        raise SchemeRefused(
            0x8033810E,
            "If you do not specify an authentication mechanism or you specify Kerberos, then you cannot use "
            '"localhost" or "127.0.0.1" or "[::1]" for the remote host name. You can explicitly specify a '
            "different authentication mechanism than Kerberos or specify the remote host as a DNS name or "
            "NetBIOS name.",
        )
    if client.operating_system.domain is None and not has_credential:
        raise SchemeRefused(
            0x8033810C,
            "Kerberos authentication cannot be used with implicit credentials if the client computer is not "
            "joined to a domain. Use explicit credentials or specify a different authentication mechanism "
            "than Kerberos.",
        )


def _check_client(client: "Host", scheme: str, *, is_secure: bool) -> None:
    name, number = _ALLOWED[scheme]
    if not getattr(client.winrm.client.authentication, name):
        text = f"{scheme} authentication is currently disabled in the client configuration. {_CHANGE}"
        if scheme == "CredSSP":
            text += " CredSSP authentication must also be enabled in the server configuration."
        raise SchemeRefused(number, text)
    if scheme == "Basic" and not is_secure and not client.winrm.client.allow_unencrypted:
        raise SchemeRefused(
            0x803380DE,
            f"Unencrypted traffic is currently disabled in the client configuration. {_CHANGE}",
        )


def _offered(service: "Host", *, is_secure: bool) -> list[str]:
    """The schemes that the service names in its answer."""
    taken = service.winrm.authentication
    return [
        name
        for name, is_on in (
            ("Basic", taken.basic and (is_secure or service.winrm.allow_unencrypted)),
            ("Negotiate", taken.negotiate),
            ("Kerberos", taken.kerberos),
            ("CredSSP", taken.credssp),
        )
        if is_on
    ]


def _not_taken(offered: list[str]) -> str:
    """The service told the client what it takes instead."""
    return (
        "The authentication mechanism requested by the client is not supported by the server or unencrypted "
        "traffic is disabled in the service configuration. Verify the unencrypted traffic setting in the "
        "service configuration or specify one of the authentication mechanisms supported by the server.  To "
        "use Kerberos, specify the computer name as the remote destination. Also verify that the client "
        "computer and the destination computer are joined to a domain. To use Basic, specify the computer "
        "name as the remote destination, specify Basic authentication and provide user name and password. "
        f"Possible authentication mechanisms reported by server:     {' '.join(offered)}"
    )


def certificate_of_client(client: "Host", account: "Account", thumbprint: str) -> Certificate:
    """The certificate that a user of the client proves himself with: his own, or the computer's. Raises
    SchemeRefused when there is none of the thumbprint."""
    digits = normal_thumbprint(thumbprint) or ""
    for owner in (account.sid, MACHINE):
        found = client.certificates.in_store(owner, "My", digits)
        if found is not None and found.encoded:
            return found
    raise SchemeRefused(
        0x803380B7,
        "The certificate structure was incomplete. Change the certificate structure and try the request "
        "again.",
    )


def account_of_certificate(service: "Host", shown: Certificate, resource_uri: str) -> "Account | None":
    """Whom a client certificate stands for at a service: by a mapping for its authority, which the service
    trusts, and one of its subjects."""
    from cryptography.x509 import load_der_x509_certificate

    certificate = load_der_x509_certificate(shown.encoded)
    authorities = (one for store in ("Root", "CA") for one in service.certificates.of_store(store))
    for authority in authorities:
        if not authority.encoded:
            continue
        if not is_issued_by(certificate, load_der_x509_certificate(authority.encoded)):
            continue
        for subject in subjects(certificate):
            found = service.winrm.certificate_mappings.account_of(authority.thumbprint, subject, resource_uri)
            if found is not None:
                return found
    return None
