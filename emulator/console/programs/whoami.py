"""whoami.exe: the caller's account, groups and privileges."""

from __future__ import annotations

from emulator.console.command_line import split_arguments
from emulator.console.context import Context
from emulator.console.programs.options import FLAG, SHOWN, BadOption, read_options
from emulator.console.programs.refusals import not_emulated, wrong_usage
from emulator.console.programs.tabular import csv_line, list_lines
from emulator.host.security.domain import DomainAccount
from emulator.host.security.privileges import privileges_of
from emulator.host.security.security_names import name_of_sid, token_groups

_ALIAS, _WELL_KNOWN, _LABEL = "Alias", "Well-known group", "Label"
_ENABLED = "Mandatory group, Enabled by default, Enabled group"
_HIGH, _MEDIUM = ("High Mandatory Level", "S-1-16-12288"), ("Medium Mandatory Level", "S-1-16-8192")
_SYSTEM = ("System Mandatory Level", "S-1-16-16384")
_NOT_EMULATED = ("claims", "fqdn", "logonid")
_OPTIONS = dict.fromkeys(("user", "groups", "priv", "all", "upn", *_NOT_EMULATED), FLAG) | SHOWN

Rows = list[tuple[str, ...]]


def main(context: Context, tail: str) -> int:
    """`whoami [/upn]`, `whoami {/user | /groups | /priv | /all} [/fo table|list|csv] [/nh]`."""
    try:
        options = read_options(split_arguments(tail), _OPTIONS)
        form = options.form()
    except BadOption as wrong:
        return wrong_usage(context, "whoami", str(wrong))
    if refused := [name for name in options if name in _NOT_EMULATED]:
        return not_emulated(context, f"whoami /{refused[0]}")
    wanted = [name for name in options if name not in SHOWN]
    if not wanted:
        context.line(context.account.qualified_name.lower())
        return 0
    if "upn" in wanted:
        if len(wanted) == 1:
            return _principal_name(context)
        return wrong_usage(context, "whoami", "Invalid argument/option - '/upn'.")
    sections = {
        "user": ("USER INFORMATION", ("User Name", "SID"), _user),
        "groups": ("GROUP INFORMATION", ("Group Name", "Type", "SID", "Attributes"), _groups),
        "priv": ("PRIVILEGES INFORMATION", ("Privilege Name", "Description", "State"), _privileges),
    }
    for key in sections if "all" in wanted else wanted:
        title, labels, rows = sections[key]
        with context.host.looking():
            found = rows(context)
        _show(context, title, labels, found, form, options.header)
    return 0


def _principal_name(context: Context) -> int:
    account = context.account
    if isinstance(account, DomainAccount):
        context.line(account.principal_name)
        return 0
    context.error("ERROR: Unable to get User Principal Name (UPN) as the current logged-on user")
    context.error("       is not a domain user.")
    return 1


def _show(context: Context, title: str, labels: tuple[str, ...], rows: Rows, form: str, header: bool) -> None:
    if form == "csv":
        for row in [*([labels] if header else ()), *rows]:
            context.line(csv_line(row))
        return
    context.line()
    context.line(title)
    context.line("-" * len(title))
    context.line()
    if form == "list":
        for row in rows:
            for line in list_lines(labels, row):
                context.line(line)
            context.line()
        return
    widths = [max(map(len, column)) for column in zip(labels, *rows, strict=True)]
    lines = [labels, tuple("=" * width for width in widths), *rows] if header else rows
    for row in lines:
        cells = (f"{cell:{width}}" for cell, width in zip(row, widths, strict=True))
        context.line(" ".join(cells).rstrip())


def _user(context: Context) -> Rows:
    return [(context.account.qualified_name.lower(), context.account.sid)]


def _groups(context: Context) -> Rows:
    host, account = context.host, context.account
    rows: Rows = []
    for sid in token_groups(account):
        name = name_of_sid(host, sid) or sid
        if name.endswith("\\None"):
            continue
        kind = _ALIAS if sid.startswith("S-1-5-32-") or name.startswith(f"{host.name}\\") else _WELL_KNOWN
        owner = ", Group owner" if sid == "S-1-5-32-544" else ""
        rows.append((name, kind, sid, _ENABLED + owner))
    level = _SYSTEM if account.sid == "S-1-5-18" else _HIGH if account.is_administrator else _MEDIUM
    rows.append((f"Mandatory Label\\{level[0]}", _LABEL, level[1], ""))
    return rows


def _privileges(context: Context) -> Rows:
    return [(one.name, one.text, "Enabled") for one in privileges_of(context.account)]
