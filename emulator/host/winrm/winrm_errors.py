"""What WinRM refuses when somebody changes its configuration: numbers and sentences of wsmerror.h."""

from emulator.host.errors import HostError

Reason = tuple[int, str]
"""An HRESULT and the sentence that Windows shows for it."""


class Refusal:
    """Why a change is refused."""

    ACCESS_DENIED = (5, "Access is denied.")
    NOT_FOUND = (
        0x80338000,
        "The WS-Management service cannot process the request. The service cannot find the resource "
        "identified by the resource URI and selectors.",
    )
    OPERATION_NOT_SUPPORTED = (
        0x80338001,
        "The WS-Management service cannot process the request. The WS-Addressing action URI is invalid. "
        "Check the documentation for information on how to construct an action URI.",
    )
    ALREADY_EXISTS = (
        0x80338033,
        "The WS-Management service cannot create the resource because it already exists.",
    )
    QUOTA = (0x8033803F, "The WS-Management service is busy servicing other requests. Retry later.")
    INSUFFICIENT_SELECTORS = (
        0x8033805A,
        "The WS-Management service cannot process the request because the request did not contain all "
        "required selectors.",
    )
    UNEXPECTED_SELECTORS = (
        0x8033805B,
        "The WS-Management service cannot process the request because the request contained invalid "
        "selectors for the resource.",
    )
    INVALID_SELECTOR = (
        0x8033805D,
        "The WS-Management service cannot process the request because a value for the selector is invalid.",
    )
    READ_ONLY = (
        0x8033813F,
        "The WinRM client cannot process the request because it is trying to update a read-only setting. "
        "Remove this setting from the command and try again.",
    )
    DEPRECATED = (
        0x803381AE,
        "The WinRM service cannot process the request because it is trying to update a deprecated setting. "
        "Remove this setting from the command and try again.",
    )
    INVALID_VALUE = (
        0x80338056,
        "The WS-Management service cannot process the request because the XML content has invalid values.",
    )
    UNKNOWN_SETTING = (
        0x80338041,
        "The SOAP XML in the message does not match the corresponding XML schema definition. Change the XML "
        "and retry.",
    )
    INVALID_PORT = (
        0x803380DC,
        "The WinRM client cannot process the request. The port specified in the configuration is invalid. "
        "Valid values are between 1 and 65535. Change the value for port and try the request again.",
    )
    INVALID_FILTER = (
        0x803380EC,
        "The WinRM client cannot process the request. The IP Filter is invalid. Ranges are specified using "
        "the syntax IP1-IP2. Multiple ranges are separated using , as delimiter. * is used to indicate that "
        "the service should listen on all available IPs on the machine. When * is used, other ranges in the "
        "filter are ignored. If filter is blank, the service doesn't listen on any address.",
    )
    INVALID_SECURITY_DESCRIPTOR = (
        0x8033815C,
        "The WinRM client cannot process the request because the provided security descriptor is invalid.",
    )
    INVALID_CHANNEL_BINDING = (
        0x803381B8,
        "The WinRM service cannot process the request. The Channel Binding Token Hardening Level "
        '(CbtHardeningLevel) value is invalid. The valid values are "None", "Relaxed" and "Strict". Change '
        "the CbtHardeningLevel value and try again.",
    )
    KEYS_CANNOT_CHANGE = (
        0x803380ED,
        "The WinRM client cannot process the request. The input XML modifies selectors or keys for the "
        "instance. You cannot create a new instance or change the identity of an instance by changing the "
        "keys. Change the input XML and try the request again.",
    )
    CERTIFICATE_NOT_FOUND = (0x80092004, "Cannot find object or property.")
    CERTIFICATE_NEEDED = (
        0x80338115,
        "Cannot create a WinRM listener on HTTPS because this machine does not have an appropriate "
        "certificate. To be used for SSL, a certificate must have a CN matching the hostname, be appropriate "
        "for Server Authentication, and not be expired, revoked, or self-signed.",
    )
    CERTIFICATE_NAME_MISMATCH = (
        0x803380E9,
        "The WinRM client cannot process the request. The certificate CN and the hostname that were provided "
        "do not match.",
    )
    CERTIFICATE_USAGE = (
        0x803380EE,
        "The WinRM client cannot process the request. The Enhanced Key Usage (EKU) field of the certificate "
        'is not set to "Server Authentication". Retry the request with a certificate that has the correct '
        "EKU.",
    )
    CERTIFICATE_WITH_HTTP = (
        0x803380EB,
        "The WinRM client cannot process the request. When HTTP is the transport, the Certificate thumbprint "
        "must be blank. HTTP does not use the Certificate thumbprint.",
    )
    PORT_SHARED = (
        0x803380E8,
        "The WinRM client cannot process the request. The WinRM client tried to create an SSL configuration "
        "for a pair of IP address and port according to the request, but the SSL configuration for that pair "
        "is owned by another service and cannot be shared. Use a different IP address and port combination "
        "and try the request again.",
    )
    MAPPING_LIMIT = (
        0x80338153,
        "The WINRM certificate mapping configuration store has reached an internal limit and cannot create "
        "any more entries. Remove some entries and try again.",
    )
    MAPPING_CREDENTIALS = (
        0x80338154,
        "The WINRM certificate mapping configuration operation cannot be completed because the user "
        "credentials could not be verified. Please check the username and password used for mapping this "
        "certificate and verify that it is a non-domain account and try again.",
    )
    MAPPING_URI = (
        0x80338160,
        "WinRM cannot make the configuration change. The URI supplied for the certificate mapping operation "
        "is not valid. It must contain at least one character. It must not contain internal whitespace. It "
        "must not contain '?' character. A prefix may be specified by using \"*\" as the last character. The "
        "URI cannot be longer than 1023 characters.",
    )
    MAPPING_SUBJECT = (
        0x80338161,
        "WinRM cannot make the configuration change. The Subject used for the certificate mapping operation "
        'is not valid. It must contain at least one character. It must contain at most one "*" character '
        "which should be the first character. (This may be the only character in which case it matches all "
        "subjects). The Subject cannot be longer than 1023 characters.",
    )
    MAPPING_ISSUER = (
        0x80338162,
        "WinRM cannot make the configuration change because the Issuer used for the certificate mapping "
        "operation is not valid. The certificate identified by the issuer thumbprint must be present in the "
        'machine "Trusted Root Certification Authorities" or "Intermediate Certification Authorities" store. '
        "The certificate must have key usage that allows it to sign other certificates.",
    )
    MAPPING_PASSWORD_LENGTH = (
        0x8033816A,
        "WinRM cannot make the configuration change. The Password used for updating the certificate mapping "
        "configuration is not valid. It cannot be longer than 255 characters.",
    )
    MAPPING_PASSWORD_BLANK = (
        0x8033816B,
        "WinRM cannot make the configuration change. The Password used for updating the certificate mapping "
        "configuration is not valid. A user account used for configuring a certificate mapping cannot have a "
        "blank password.",
    )
    MAPPING_CREDENTIAL_PAIR = (
        0x8033816C,
        "WinRM cannot make the configuration change. The credential used for updating or creating the "
        "certificate mapping configuration is not valid. The credential consists of both Password and "
        "UserName being supplied together in a pair.",
    )
    MAPPING_KEYS_CANNOT_CHANGE = (
        0x80338172,
        "The WinRM service cannot make the configuration change. The selector keys of Subject, URI or Issuer "
        "cannot be changed by overriding the selector key value in the body.",
    )
    PLUGIN_CORRUPTED = (0x80338190, "The WSMan plugin configuration is corrupted.")
    PLUGIN_FILE = (
        0x80338191,
        "The file path specified is either not absolute, not in the system32 directory, or not valid.",
    )


OF_THE_PROTOCOL = frozenset(
    {
        Refusal.ACCESS_DENIED,
        Refusal.NOT_FOUND,
        Refusal.OPERATION_NOT_SUPPORTED,
        Refusal.ALREADY_EXISTS,
        Refusal.QUOTA,
        Refusal.INSUFFICIENT_SELECTORS,
        Refusal.UNEXPECTED_SELECTORS,
        Refusal.INVALID_SELECTOR,
        Refusal.UNKNOWN_SETTING,
        Refusal.INVALID_VALUE,
    }
)
"""Refusals that WS-Management has a fault for; every other one comes from the provider of winrm/config."""


class ConfigurationRefused(HostError):
    """A change of WinRM's configuration that was refused; nothing was changed. ``detail`` says what of it."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        self.reason = reason
        self.detail = detail
        number, sentence = reason
        super().__init__(sentence, hresult=number)
