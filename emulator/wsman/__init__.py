"""WS-Management (DSP0226, MS-WSMV): SOAP in, the emulated machine's WMI and shells behind it, SOAP out."""

from emulator.wsman.messages import WsmanReply, WsmanRequest
from emulator.wsman.service import WsmanService

__all__ = ["WsmanReply", "WsmanRequest", "WsmanService"]
