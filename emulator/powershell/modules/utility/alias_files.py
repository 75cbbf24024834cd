"""Export-Alias and Import-Alias."""

from __future__ import annotations

from emulator.powershell.dotnet.date_format import format_date
from emulator.powershell.dotnet.regex import like
from emulator.powershell.modules.utility.csv_text import quoted, records
from emulator.powershell.modules.utility.files import (
    files_of,
    forced,
    one_path,
    provider_of,
    refuse_to_clobber,
    store_of,
)
from emulator.powershell.modules.utility.variables import scope_of
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.commands import AliasInfo
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.module import cmdlet
from emulator.powershell.runtime.scope import Scope


def _aliases(call: CmdletCall, scope: str | None) -> list[AliasInfo]:
    found: dict[str, AliasInfo] = {}
    one: Scope | None = scope_of(call, scope)
    while one is not None:
        for key, alias in (one.aliases or {}).items():
            found.setdefault(key, alias)
        one = one.parent if scope is None else None
    return sorted(found.values(), key=lambda each: each.name.lower())


@cmdlet("Export-Alias", reads=("As", "Force"))
def export_alias(
    call: CmdletCall,
    path: str | None = None,
    literal_path: str | None = None,
    name: list[str] | None = None,
    pass_thru: bool = False,
    append: bool = False,
    no_clobber: bool = False,
    description: str | None = None,
    scope: str | None = None,
) -> None:
    """Aliases as a file of values or as a script."""
    target = one_path(call, path, literal_path)
    store = store_of(call)
    if no_clobber and store.exists(target):
        raise refuse_to_clobber(call, target)
    form = to_text(call.get("As") or "Csv").lower()
    chosen = [
        one for one in _aliases(call, scope) if any(like(one.name, pattern) for pattern in name or ["*"])
    ]
    if not call.should_process(target, "Export-Alias"):
        return
    machine, now = call.engine.machine, call.engine.now()
    lines = [
        "# Alias File",
        f"# Exported by : {machine.user_name}",
        f"# Date/Time : {format_date(now, 'dddd, MMMM d, yyyy h:mm:ss tt')}",
        f"# Computer : {machine.computer_name}",
    ]
    lines += [f"# {line}" for line in (description or "").splitlines()]
    for one in chosen:
        if form == "script":
            lines.append(
                f'set-alias -Name:"{one.name}" -Value:"{one.target}" -Description:"{one.description}" '
                f'-Option:"{one.options}"'
            )
        else:
            row = (one.name, one.target, one.description, one.options)
            lines.append(",".join(quoted(part) for part in row))
        if pass_thru:
            call.write(one)
    with forced(call, target):
        store.write_text(target, "".join(f"{line}\r\n" for line in lines), append, "ascii")


@cmdlet("Import-Alias")
def import_alias(
    call: CmdletCall,
    path: str | None = None,
    literal_path: str | None = None,
    scope: str | None = None,
    pass_thru: bool = False,
    force: bool = False,
) -> None:
    """Aliases from a file of values."""
    target = scope_of(call, scope)
    provider = provider_of(call, literal_path or path)
    if provider != "FileSystem":
        raise call.failure(
            "System.Management.Automation.PSNotSupportedException",
            f"The provider {provider} cannot be used to import aliases.",
            "NotSupported",
            "NotImplemented",
        )
    names = list(files_of(call, [literal_path or path], literal=literal_path is not None))
    if len(names) > 1:
        raise call.failure(
            "System.Management.Automation.PSNotSupportedException",
            f"Cannot import aliases: the path '{path}' leads to several files.",
            "NotSupported",
            "NotImplemented",
        )
    for file in names:
        for number, line in enumerate(store_of(call).read_text(file).splitlines(), 1):
            if not line.strip() or line.startswith("#"):
                continue
            row = next(records(line, ","), [])
            if len(row) != 4:
                raise call.failure(
                    "System.FormatException",
                    f"Cannot import an alias. Line number {number} in the file '{file}' does not have "
                    "the correct number of values.",
                    "ImportAliasFileFormatError",
                    "ReadError",
                    file,
                )
            if target.aliases is None:
                target.aliases = {}
            known = (
                target.aliases if scope is not None else {one.name.lower() for one in _aliases(call, None)}
            )
            if row[0].lower() in known and not force:
                call.error(
                    call.record(
                        "System.Management.Automation.SessionStateException",
                        f"The alias is not allowed, because an alias with the name '{row[0]}' already "
                        "exists.",
                        "AliasAlreadyExists",
                        "ResourceExists",
                        row[0],
                    )
                )
                continue
            alias = AliasInfo(row[0], row[1])
            alias.description, alias.options = row[2], row[3] or "None"
            if call.should_process(f"Name: {row[0]} Value: {row[1]}", "Import Alias"):
                target.aliases[row[0].lower()] = alias
                if pass_thru:
                    call.write(alias)
