"""msiexec.exe: Windows Installer. The machine runs no packages, so that only what it refuses can be told.

Codes: "MsiExec.exe and InstMsi.exe error messages" of Microsoft's documentation of Windows Installer.
"""

from __future__ import annotations

import re

from emulator.console.command_line import split_arguments
from emulator.console.context import Context
from emulator.console.programs.refusals import not_emulated
from emulator.console.programs.tabular import local_text
from emulator.host import HostError
from emulator.host.windows.installed_products import installed_products

_UNKNOWN_PRODUCT, _NO_PACKAGE, _INVALID_PACKAGE, _BAD_COMMAND_LINE = 1605, 1619, 1620, 1639
_INSTALLS = ("/i", "/package", "/a", "/f", "/p", "/update", "/jm", "/ju", "/j")
_REMOVES = ("/x", "/uninstall")
_LOG = re.compile(r"/(?:l[iwearucmopvx+!*]*|log)", re.IGNORECASE)
_CODE = re.compile(r"\{[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}\}", re.IGNORECASE)
_TEXTS = {
    _UNKNOWN_PRODUCT: "This action is only valid for products that are currently installed.",
    _NO_PACKAGE: "This installation package could not be opened.  Verify that the package exists and that "
    "you can access it, or contact the application vendor to verify that this is a valid Windows Installer "
    "package.",
    _INVALID_PACKAGE: "This installation package could not be opened.  Contact the application vendor to "
    "verify that this is a valid Windows Installer package.",
}
#: How an MSI, a compound file, begins.
_MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")


def main(context: Context, tail: str) -> int:
    """`msiexec /i PACKAGE | /x PACKAGE|{CODE} [/qn] [/norestart] [/l*v LOG] [NAME=VALUE]...`; nothing is
    written to the console, as the messages of Windows Installer are windows."""
    words = split_arguments(tail)
    action, wanted, log = "", "", None
    rest = iter(words)
    for word in rest:
        lowered = word.lower().replace("-", "/", 1) if word[:1] == "-" else word.lower()
        if _LOG.fullmatch(lowered):
            log = next(rest, None)
        elif lowered in (*_INSTALLS, *_REMOVES):
            action, wanted = lowered, next(rest, "")
        elif lowered[:2] in _REMOVES and lowered[2:3] == "{":
            action, wanted = "/x", word[2:]
    if not action or not wanted:
        return _BAD_COMMAND_LINE
    code = _outcome(context, action, wanted)
    if code is None:
        return not_emulated(context, f"msiexec {action} of a package", _INVALID_PACKAGE)
    if log is not None:
        _write_log(context, log, wanted, code)
    return code


def _outcome(context: Context, action: str, wanted: str) -> int | None:
    """The exit code; None for a package or product that Windows would go on with."""
    if _CODE.fullmatch(wanted):
        known = {one.code.lower() for one in installed_products(context.host)}
        return None if wanted.lower() in known else _UNKNOWN_PRODUCT
    try:
        path = context.path(wanted)
        if not context.files.exists(path) or context.files.is_directory(path):
            return _NO_PACKAGE
        begins = context.files.read_part(path, 0, len(_MAGIC))
    except HostError:
        return _NO_PACKAGE
    if begins != _MAGIC:
        return _INVALID_PACKAGE
    return _UNKNOWN_PRODUCT if action in _REMOVES else None


def _write_log(context: Context, name: str, wanted: str, code: int) -> None:
    host = context.host
    now = local_text(host.clock.now(), host.operating_system.utc_offset())
    lines = (f"=== Logging started: {now} ===", _TEXTS[code], wanted, f"=== Logging stopped: {now} ===", "")
    try:
        context.files.write(context.path(name), b"\xff\xfe" + "\r\n".join(lines).encode("utf-16-le"))
    except HostError:
        return
