"""How the objects of this module's cmdlets are shown."""

from __future__ import annotations

from typing import Any

from emulator.powershell.format.views import Column, custom, listing, table
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.members import get_property

_SHOWN_OF_A_PAGE = 200


def _text(value: Any) -> str:
    return str(value.text())


def _bytes(collection: Any) -> str:
    """The file that bytes come from, the places in a row, and the rows."""
    margin = " " * 11
    places = " ".join(f"{one:02X}" for one in range(16))
    path = f"{margin}Path: {collection.path}\n\n" if collection.path else ""
    return f"\n{path}{margin}{places}\n\n{collection.text()}\n"


def _beginning(name: str) -> Column:
    """The first 200 characters of a text."""

    def shown(value: Any) -> str:
        text = to_text(get_property(value, name))[:_SHOWN_OF_A_PAGE]
        return f"{text}..." if len(text) == _SHOWN_OF_A_PAGE else text

    return Column(name, shown)


VIEWS = (
    custom("Microsoft.PowerShell.Commands.MatchInfo", lines=_text, is_live=True),
    custom("Microsoft.PowerShell.Commands.ByteCollection", lines=_bytes, is_live=True),
    table(
        "Microsoft.Powershell.Utility.FileHash",
        columns=(
            Column("Algorithm", "Algorithm", 15),
            Column("Hash", "Hash", 70),
            Column("Path", "Path"),
        ),
    ),
    listing(
        "Microsoft.PowerShell.Commands.BasicHtmlWebResponseObject",
        "Microsoft.PowerShell.Commands.HtmlWebResponseObject",
        entries=(
            *("StatusCode", "StatusDescription", _beginning("Content"), _beginning("RawContent")),
            *("Forms", "Headers", "Images", "InputFields", "Links", "ParsedHtml", "RawContentLength"),
        ),
    ),
    listing(
        "Microsoft.PowerShell.Commands.WebResponseObject",
        entries=(
            *("StatusCode", "StatusDescription", "Content", _beginning("RawContent")),
            *("Headers", "RawContentLength"),
        ),
    ),
    listing(
        "System.Management.Automation.PSEventArgs",
        entries=(
            *("ComputerName", "RunspaceId", "EventIdentifier", "Sender", "SourceEventArgs", "SourceArgs"),
            *("SourceIdentifier", "TimeGenerated", "MessageData"),
        ),
    ),
    listing(
        "System.Management.Automation.PSEventSubscriber",
        entries=(
            *("SubscriptionId", "SourceObject", "EventName", "SourceIdentifier", "Action", "HandlerDelegate"),
            *("SupportEvent", "ForwardEvent"),
        ),
    ),
    table(
        "System.Management.Automation.Runspaces.Runspace",
        columns=(
            Column("Id", "Id", 3, "right"),
            Column("Name", "Name", 15),
            Column("ComputerName", lambda _runspace: "localhost", 15),
            Column("Type", lambda _runspace: "Local", 13),
            Column("State", lambda runspace: runspace.state, 13),
            Column("Availability", "RunspaceAvailability", 15),
        ),
    ),
    table(
        *(f"System.Management.Automation.{kind}Breakpoint" for kind in ("Line", "Command", "Variable")),
        columns=(
            Column("ID", "Id", 4, "right"),
            Column("Script", lambda one: (one.script or "").rpartition("\\")[2]),
            Column("Line", "Line", 4, "right"),
            Column("Command", "Command"),
            Column("Variable", "Variable"),
            Column("Action", "Action"),
        ),
    ),
    table(
        "System.Management.Automation.PSTraceSource",
        columns=(
            Column("Options", "Options", 8),
            Column("Name", "Name", 20),
            Column("Listeners", "Listeners", 20),
            Column("Description", "Description"),
        ),
    ),
    listing(
        "System.Management.Automation.PSTraceSource",
        entries=("Name", "Description", "Options", "Listeners", "Attributes", "Switch"),
    ),
    table(
        "System.Management.Automation.CallStackFrame",
        columns=(
            Column("Command", "Command"),
            Column("Arguments", "Arguments"),
            Column("Location", "Location"),
        ),
    ),
)
