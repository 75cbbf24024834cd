"""takeown.exe: make files one's own, or those of the administrators."""

from __future__ import annotations

from collections.abc import Iterator

from emulator.console.cmd.wildcards import is_pattern, matches
from emulator.console.command_line import split_arguments
from emulator.console.context import Context
from emulator.console.programs.options import FLAG, VALUE, BadOption, read_options
from emulator.console.programs.refusals import not_emulated, wrong_usage
from emulator.host import Host, HostError
from emulator.host.security.callers import may_administer

_OPTIONS = {"f": VALUE, "a": FLAG, "r": FLAG, "d": VALUE, "s": VALUE, "u": VALUE, "p": VALUE, "skipsl": FLAG}
_ADMINISTRATORS = "S-1-5-32-544"


def main(context: Context, tail: str) -> int:
    """`takeown /f NAME [/a] [/r [/d y|n]]`."""
    try:
        options = read_options(split_arguments(tail), _OPTIONS)
    except BadOption as wrong:
        return wrong_usage(context, "takeown", str(wrong))
    if "s" in options:
        return not_emulated(context, "takeown /s")
    if "f" not in options:
        return wrong_usage(context, "takeown", "Invalid syntax. Mandatory option '/f' is missing.")
    if "d" in options and "r" not in options:
        return wrong_usage(context, "takeown", "Invalid syntax. '/d' option can be used only with '/r'.")
    if "a" in options and not may_administer(context.account):
        context.error("ERROR: The current logged on user is not an administrator.")
        return 1
    name = options["f"]
    try:
        paths = list(_paths(context, name, below="r" in options))
    except HostError:
        paths = []
    if not paths:
        context.error("ERROR: The system cannot find the file specified.")
        return 1
    return max([_own(context, path, for_group="a" in options) for path in paths])


def _paths(context: Context, name: str, *, below: bool) -> Iterator[str]:
    path = context.path(name)
    if is_pattern(path.rpartition("\\")[2]):
        found = [entry.path for entry in matches(context, path)]
    else:
        found = [context.files.entry(path).path]
    for one in found:
        yield one
        if below:
            yield from _below(context.host, one)


def _below(host: Host, path: str) -> Iterator[str]:
    if host.filesystem.is_directory(path):
        for entry in host.filesystem.list(path):
            yield entry.path
            yield from _below(host, entry.path)


def _own(context: Context, path: str, *, for_group: bool) -> int:
    account = context.account
    try:
        context.host.filesystem.security.take_ownership(account, path, for_administrators=for_group)
    except HostError:
        context.line()
        context.error("ERROR: Access is denied.")
        return 1
    if for_group:
        owner = "the administrators group"
    else:
        owner = f'user "{account.qualified_name}"'
    context.line()
    context.line(f'SUCCESS: The file (or folder): "{path}" now owned by {owner}.')
    return 0
