"""-CimNamespace and -CimResourceUri of Get-Module and Import-Module: a CIM server that tells its modules
elsewhere.

The provider of Windows answers in one namespace; what other servers lack is said with the words of the open
source (RemoteDiscoveryHelper).
"""

from __future__ import annotations

from typing import Any

from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import PSError
from emulator.powershell.runtime.members import get_property

_NAMESPACE = "root/microsoft/windows/powershellv3"
#: What the plug-in of WMI serves; its own namespace in the URI does not count beside -CimNamespace.
_FAMILIES = ("http://schemas.microsoft.com/wbem/wsman/1/wmi/", "http://schemas.dmtf.org/wbem/wscim/1/")
_UNKNOWN_URI = (
    "The WS-Management service cannot process the request. The service cannot find the resource identified "
    "by the resource URI and selectors. "
)
_DISCOVER = """
param($Session, $Namespace)
Get-CimInstance -CimSession $Session -Namespace $Namespace -ClassName PS_Module -ErrorAction Stop
"""
#: WBEM_E_INVALID_NAMESPACE and WBEM_E_INVALID_CLASS.
_NO_PROVIDER = ("0x8004100e", "0x80041010")


def tells_modules(call: CmdletCall, session: Any) -> bool:
    """Whether the modules of the machine are told where -CimNamespace and -CimResourceUri point.

    Raises DiscoveryProviderNotFound; a resource that is not there is reported (DiscoveryProviderFailure).
    """
    namespace, uri = call.get("CimNamespace"), call.get("CimResourceUri")
    # DCOM knows no resources.
    is_asked = uri is not None and to_text(get_property(session, "Protocol", call.engine)).upper() != "DCOM"
    if is_asked and not to_text(uri).lower().startswith(_FAMILIES):
        text = f"Failed to receive module data from the remote CimSession. {_UNKNOWN_URI}"
        kind = "System.InvalidOperationException"
        call.error(call.record(kind, text, "DiscoveryProviderFailure", "NotSpecified"))
        return False
    wanted = to_text(namespace).replace("\\", "/").strip("/") if namespace else _NAMESPACE
    if wanted.lower() == _NAMESPACE:
        return True
    try:
        call.engine.script_block(_DISCOVER).invoke([session, wanted])
    except PSError as problem:
        if not any(one in problem.record.fully_qualified_error_id.lower() for one in _NO_PROVIDER):
            raise
        raise call.failure(
            "System.InvalidOperationException",
            f"A CIM provider for module discovery was not found on the CIM server. {problem.record.message}",
            "DiscoveryProviderNotFound",
            "NotImplemented",
        ) from None
    return False
