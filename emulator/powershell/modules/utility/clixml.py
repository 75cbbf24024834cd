"""Export-Clixml and Import-Clixml."""

from __future__ import annotations

from typing import Any

from emulator.powershell.dotnet.collections import DICTIONARY_TYPES, LIST_TYPES
from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.numbers import INT32_MAXIMUM
from emulator.powershell.dotnet.paging import total_count
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.modules.core.argument_ranges import check_range
from emulator.powershell.modules.utility.csv import text_of_file
from emulator.powershell.modules.utility.files import files_of, forced, one_path, refuse_to_clobber, store_of
from emulator.powershell.modules.utility.sorting import Gathering
from emulator.powershell.runtime.cmdlet_call import UNBOUND, CmdletCall
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import PSError
from emulator.powershell.runtime.module import cmdlet
from emulator.powershell.serialization.clixml_files import objects_of, objects_text
from emulator.powershell.serialization.clixml_reader import BadClixml
from emulator.powershell.serialization.clixml_writer import SerializationTooLarge

DEPTH = 2


def clixml_text(call: CmdletCall, values: list[Any], depth: int) -> str:
    """Objects as the text of a CLIXML file: two blanks for each level, no declaration."""
    try:
        return objects_text(call.engine, values, depth)
    except SerializationTooLarge as problem:
        raise call.failure("System.InvalidOperationException", str(problem), "Serialization") from None
    except NetError as problem:
        raise call.failure(problem.exception, error_id=problem.exception.ps_type.name) from None


@cmdlet("Export-Clixml")
class ExportClixml(Gathering):
    """Objects as a CLIXML file."""

    accepts = ("Path", "LiteralPath", "InputObject", "Force", "NoClobber", "Encoding", "Depth")

    def begin(self) -> None:
        """Check what was asked for before anything comes."""
        super().begin()
        call = self.call
        depth = call.get("Depth", DEPTH)
        check_range(call, "Depth", depth, 1, INT32_MAXIMUM)
        self.path = one_path(call, call.get("Path"), call.get("LiteralPath"))

    def end(self) -> None:
        """Write the file."""
        call = self.call
        store = store_of(call)
        if not call.should_process(self.path, "Export-Clixml"):
            return
        if call.get("NoClobber") and store.exists(self.path):
            raise refuse_to_clobber(call, self.path)
        text = clixml_text(call, self.values, int(call.get("Depth", DEPTH)))
        with forced(call, self.path):
            store.write_text(self.path, text, False, to_text(call.get("Encoding", "unicode")).lower())


@cmdlet("Import-Clixml")
def import_clixml(
    call: CmdletCall,
    path: list[str] | None = None,
    literal_path: list[str] | None = None,
    first: int | None = None,
    skip: int = 0,
    include_total_count: bool = False,
) -> None:
    """The objects of CLIXML files. With -First or -Skip collections stand for what they hold; nobody counts
    them."""
    if call.input_object is UNBOUND and path is None and literal_path is None:
        one_path(call, None, None)
    for given in literal_path or ():
        one_path(call, None, given)
    for name in files_of(call, literal_path or path, literal=literal_path is not None):
        try:
            values = objects_of(call.engine, text_of_file(call, name))
        except NetError as problem:  # the secret of another user
            raise call.failure(problem.exception, error_id=problem.exception.ps_type.name) from None
        except BadClixml as problem:
            raise _not_clixml(call, str(problem)) from None
        if include_total_count:
            call.write(total_count(call.engine, 0, 0.0))
        if first is not None or skip:
            flat = [item for value in values for item in _items(value)]
            values = flat[int(skip) : None if first is None else int(skip) + int(first)]
        for value in values:
            call.write_all(value)


def _items(value: Any) -> list[Any]:
    base = unwrap(value)
    if type(base) in DICTIONARY_TYPES:
        return list(base.entries())
    return list(base) if type(base) in LIST_TYPES else [value]


def _not_clixml(call: CmdletCall, reason: str) -> PSError:
    return call.failure(
        "System.Xml.XmlException",
        f"Data at the root level is invalid. ({reason})",
        "System.Xml.XmlException",
        "NotSpecified",
    )
