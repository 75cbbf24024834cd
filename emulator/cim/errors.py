"""Errors of WMI: one class a `WBEM_E_*` status, with the number and the short text Windows shows.

Numbers: WbemCli.h, documented in "WMI Error Constants" (WmiSdk). The texts are those that Windows' message
table gives for the number; each ends in a blank, as Windows writes it ("Invalid class ").
"""

from __future__ import annotations


class CimError(Exception):
    """A WMI operation failed.

    `hresult` is the unsigned status, `text` what Windows says, `detail` what we know more.
    """

    hresult: int = 0x80041001
    text: str = "Generic failure "
    name: str = "WBEM_E_FAILED"

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or self.text.rstrip())
        self.detail = detail


class NotFound(CimError):
    """The object does not exist."""

    hresult, text, name = 0x80041002, "Not found ", "WBEM_E_NOT_FOUND"


class AccessDenied(CimError):
    """The user may not do this."""

    hresult, text, name = 0x80041003, "Access denied ", "WBEM_E_ACCESS_DENIED"


class LocalCredentials(CimError):
    """A name and a password were given for a connection to the machine itself."""

    hresult, name = 0x80041064, "WBEM_E_LOCAL_CREDENTIALS"
    text = "User credentials cannot be used for local connections "


class TypeMismatch(CimError):
    """A value is not of the declared CIM type, or out of the type's range."""

    hresult, text, name = 0x80041005, "Type mismatch ", "WBEM_E_TYPE_MISMATCH"


class InvalidParameter(CimError):
    """A parameter of the call is wrong."""

    hresult, text, name = 0x80041008, "Invalid parameter ", "WBEM_E_INVALID_PARAMETER"


class InvalidInstanceText(InvalidParameter):
    """The text of an embedded instance is not well-formed or not an instance."""


class NotSupported(CimError):
    """The feature or operation is not supported."""

    hresult, text, name = 0x8004100C, "Not supported ", "WBEM_E_NOT_SUPPORTED"


class InvalidNamespace(CimError):
    """The namespace does not exist."""

    hresult, text, name = 0x8004100E, "Invalid namespace ", "WBEM_E_INVALID_NAMESPACE"


class InvalidClass(CimError):
    """The class does not exist in the namespace."""

    hresult, text, name = 0x80041010, "Invalid class ", "WBEM_E_INVALID_CLASS"


class InvalidQuery(CimError):
    """The query is not valid WQL, or names what does not exist."""

    hresult, text, name = 0x80041017, "Invalid query ", "WBEM_E_INVALID_QUERY"


class UnparsableQuery(InvalidQuery):
    """The text of an event query is not WQL."""

    hresult, text, name = 0x80041058, "Unparsable query ", "WBEM_E_UNPARSABLE_QUERY"


class NotEventClass(InvalidQuery):
    """The class that an event query selects from is not an event class."""

    hresult, text, name = 0x80041059, "Not an event class ", "WBEM_E_NOT_EVENT_CLASS"


class RegistrationTooBroad(InvalidQuery):
    """An event query asks for the events of everything there is."""

    hresult, text, name = (
        0x80042001,
        "The provider registration overlaps with the system event domain. ",
        "WBEMESS_E_REGISTRATION_TOO_BROAD",
    )


class RegistrationTooPrecise(InvalidQuery):
    """An event query without WITHIN names a class whose provider raises no events."""

    hresult, text, name = (
        0x80042002,
        "A WITHIN clause was not used in this query. ",
        "WBEMESS_E_REGISTRATION_TOO_PRECISE",
    )


class QuotaViolation(CimError):
    """A quota of WMI is exceeded."""

    hresult, text, name = 0x8004106C, "Quota violation ", "WBEM_E_QUOTA_VIOLATION"


class InvalidQueryType(CimError):
    """The query language is not supported."""

    hresult, text, name = 0x80041018, "Invalid query type ", "WBEM_E_INVALID_QUERY_TYPE"


class AlreadyExists(CimError):
    """The object to create exists."""

    hresult, text, name = 0x80041019, "Already exists ", "WBEM_E_ALREADY_EXISTS"


class ReadOnly(CimError):
    """The property or object cannot be written."""

    hresult, text, name = 0x80041023, "Read only ", "WBEM_E_READ_ONLY"


class ProviderNotCapable(CimError):
    """The provider does not do this operation."""

    hresult, text, name = (
        0x80041024,
        "Provider is not capable of the attempted operation ",
        "WBEM_E_PROVIDER_NOT_CAPABLE",
    )


class IllegalNull(CimError):
    """A property that needs a value, such as a key, has none."""

    hresult, text, name = 0x80041028, "Illegal null value ", "WBEM_E_ILLEGAL_NULL"


class InvalidMethod(CimError):
    """The class has no such method."""

    hresult, text, name = 0x8004102E, "Invalid method ", "WBEM_E_INVALID_METHOD"


class InvalidMethodParameters(CimError):
    """A method parameter is unknown, missing or of a wrong type."""

    hresult, text, name = 0x8004102F, "Invalid method Parameter(s) ", "WBEM_E_INVALID_METHOD_PARAMETERS"


class InvalidProperty(CimError):
    """The class has no such property."""

    hresult, text, name = 0x80041031, "Invalid property ", "WBEM_E_INVALID_PROPERTY"


class InvalidObjectPath(CimError):
    """The text is not an object path."""

    hresult, text, name = 0x8004103A, "Invalid object path ", "WBEM_E_INVALID_OBJECT_PATH"


class SchemaTableError(Exception):
    """A schema table is damaged: a fault of the package, never of a client."""


class ProviderRefusal(CimError):
    """A provider refuses with a status and a sentence of its own, as those of Windows 8 and later do."""

    def __init__(self, text: str, hresult: int = CimError.hresult) -> None:
        super().__init__(text)
        self.hresult = hresult & 0xFFFFFFFF
        self.text, self.detail = text, ""
