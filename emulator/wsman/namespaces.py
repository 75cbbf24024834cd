"""XML namespaces of WS-Management, with the prefixes that Windows gives them."""

from __future__ import annotations

SOAP = "http://www.w3.org/2003/05/soap-envelope"
SOAP_1_1 = "http://schemas.xmlsoap.org/soap/envelope/"
ADDRESSING = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer"
ENUMERATION = "http://schemas.xmlsoap.org/ws/2004/09/enumeration"
EVENTING = "http://schemas.xmlsoap.org/ws/2004/08/eventing"
WSMAN = "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
WSMANV = "http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd"
BINDING = "http://schemas.dmtf.org/wbem/wsman/1/cimbinding.xsd"
SHELL = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
POWERSHELL = "http://schemas.microsoft.com/powershell"
CONFIGURATION = "http://schemas.microsoft.com/wbem/wsman/1/config"
CIM = "http://schemas.dmtf.org/wbem/wscim/1/common"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
XML = "http://www.w3.org/XML/1998/namespace"
IDENTITY = "http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"

ANONYMOUS = "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous"
#: Start of the class URIs of DSP0227; the namespace is in the selector __cimnamespace.
DMTF_CLASSES = "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/"
WMI = "http://schemas.microsoft.com/wbem/wsman/1/wmi/"

PREFIXES = {
    "s": SOAP,
    "a": ADDRESSING,
    "x": TRANSFER,
    "n": ENUMERATION,
    "e": EVENTING,
    "w": WSMAN,
    "p": WSMANV,
    "b": BINDING,
    "rsp": SHELL,
}
