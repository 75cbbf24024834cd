"""Answers of WS-Management as XML elements of a script."""

from __future__ import annotations

from typing import Any

from emulator.powershell.dotnet.library.catalog import load_on_demand
from emulator.powershell.dotnet.xml_nodes import XmlDocument, XmlElement
from emulator.powershell.modules.wsman.client import alone
from emulator.powershell.runtime.cmdlet_call import CmdletCall


def show(call: CmdletCall, element: Any) -> None:
    """Write an element of an answer as the root of a document of its own; nothing for none."""
    if element is None:
        return
    load_on_demand("system.xml.xml")
    document = XmlDocument()
    document.raw = alone(element)
    call.write(XmlElement(document, document.raw))
