"""vssadmin.exe: the shadow copies of the machine."""

from __future__ import annotations

from emulator.console.command_line import split_arguments
from emulator.console.context import Context
from emulator.console.programs.refusals import not_emulated
from emulator.console.programs.tabular import local_text
from emulator.host.storage.disk_layout import volume_path
from emulator.host.storage.shadow_copies import ShadowCopy

_TITLE = (
    "vssadmin 1.1 - Volume Shadow Copy Service administrative command-line tool",
    "(C) Copyright 2001-2013 Microsoft Corp.",
    "",
)
_SYSTEM_PROVIDER = "{b5946137-7b9f-4925-af80-51abd60b20d5}"
_NOT_ADMINISTRATOR = (
    "Error: You don't have the correct permissions to run this command.  Please run this utility from a "
    "command"
)


def main(context: Context, tail: str) -> int:
    """`vssadmin list shadows|providers|volumes [/for=VOLUME]`, `vssadmin delete shadows ... /quiet`."""
    words = [word.lower() for word in split_arguments(tail)]
    for line in _TITLE:
        context.line(line)
    if not context.account.is_administrator:
        context.line(_NOT_ADMINISTRATOR)
        context.line("window that has elevated administrator privileges.")
        return 2
    what = tuple(words[:2])
    if what == ("list", "shadows"):
        return _shadows(context, words[2:])
    if what == ("list", "providers"):
        context.line("Provider name: 'Microsoft Software Shadow Copy provider 1.0'")
        context.line("   Provider type: System")
        context.line(f"   Provider Id: {_SYSTEM_PROVIDER}")
        context.line("   Version: 1.0.0.7")
        context.line()
        return 0
    if what == ("list", "volumes"):
        return _volumes(context)
    if what == ("delete", "shadows"):
        return _delete(context, words[2:])
    return not_emulated(context, " ".join(("vssadmin", *what)).strip(), 2)


def _chosen(context: Context, words: list[str]) -> list[ShadowCopy]:
    named = dict(word.lstrip("/").partition("=")[::2] for word in words)
    letter = named.get("for", "")[:1].upper()
    wanted = named.get("shadow", "").strip("{}").upper()
    return [
        copy
        for copy in context.host.shadow_copies
        if (not letter or (copy.volume.letter or "").upper() == letter) and wanted in ("", copy.id.upper())
    ]


def _shadows(context: Context, words: list[str]) -> int:
    host = context.host
    with host.looking():
        found = _chosen(context, words)
    if not found:
        context.line("No items found that satisfy the query.")
        return 1
    for copy in found:
        made = local_text(copy.created, host.operating_system.utc_offset())
        letter = f"({copy.volume.letter}:)" if copy.volume.letter else ""
        name = host.operating_system.fully_qualified_name
        for line in (
            f"Contents of shadow copy set ID: {{{copy.set_id.lower()}}}",
            f"   Contained 1 shadow copies at creation time: {made}",
            f"      Shadow Copy ID: {{{copy.id.lower()}}}",
            f"         Original Volume: {letter}{volume_path(host, copy.volume) or ''}",
            f"         Shadow Copy Volume: {copy.device}",
            f"         Originating Machine: {name}",
            f"         Service Machine: {name}",
            "         Provider: 'Microsoft Software Shadow Copy provider 1.0'",
            "         Type: ClientAccessible",
            "         Attributes: Persistent, Client-accessible, No auto release, No writers, Differential",
            "",
        ):
            context.line(line)
    return 0


def _volumes(context: Context) -> int:
    host = context.host
    for volume in host.filesystem.volumes:
        path = volume_path(host, volume)
        if path is not None:
            context.line(f"Volume path: {volume.letter}:\\" if volume.letter else f"Volume path: {path}")
            context.line(f"    Volume name: {path}")
    return 0


def _delete(context: Context, words: list[str]) -> int:
    """Without /quiet it asks, and a remote shell has nobody to answer."""
    with context.host.looking():
        found = _chosen(context, [word for word in words if word not in ("/quiet", "/all", "/oldest")])
    if "/oldest" in words:
        found = found[:1]
    if not found:
        context.line("No items found that satisfy the query.")
        return 1
    if "/quiet" not in words:
        context.stdout.write(f"Do you really want to delete {len(found)} shadow copies (Y/N): [N]? ")
        if (context.stdin.read_line() or "").strip().lower() != "y":
            context.line()
            return 1
    for copy in found:
        context.host.shadow_copies.delete(copy)
    context.line()
    context.line(f"Successfully deleted {len(found)} shadow copies.")
    return 0
