"""winrm.cmd: the command line of Windows Remote Management (winrm.vbs), for the configuration of the machine.

Resources of WMI and of other machines are not emulated here: they are named gaps.
"""

from __future__ import annotations

from emulator.console.context import Context
from emulator.console.programs.winrm.arguments import Request, UsageError, parse
from emulator.console.programs.winrm.help import HELP
from emulator.console.programs.winrm.output import error_report, formatted, reference
from emulator.host import ConfigurationRefused, HostError
from emulator.host.winrm import winrm_resources
from emulator.host.winrm.winrm_quick_configuration import Step, listener_steps, service_steps
from emulator.host.winrm.winrm_resources import Part

_GENERAL_FAILURE = 1
_CONFIGURATION = "http://schemas.microsoft.com/wbem/wsman/1/config"
_IDENTITY = "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
_ELEMENTS = {"listener": "Listener", "service/certmapping": "CertMapping", "plugin": "PlugInConfiguration"}


def main(context: Context, tail: str) -> int:
    """`winrm get|set|create|delete|enumerate|id|quickconfig ...`; errors go to standard error."""
    try:
        request = parse(tail)
    except UsageError as error:
        context.error(f"Error: {error}" if str(error) else "")
        context.error('Invalid use of command line. Type "winrm -?" for help.')
        return _GENERAL_FAILURE
    if request.operation == "help":
        for line in HELP:
            context.line(line)
        return 0
    if not request.is_local(context.host.name):
        return _not_emulated(context, f"winrm -remote:{request.switches['remote']}")
    try:
        return _run(context, request)
    except ConfigurationRefused as refused:
        context.error(error_report(refused))
        return _GENERAL_FAILURE


def _run(context: Context, request: Request) -> int:
    if request.operation == "identify":
        return _show(context, request, [_identity(context)])
    if request.operation == "quickconfig":
        return _quick_configuration(context, request)
    path = _configuration_path(request.uri)
    if path is None:
        return _not_emulated(context, f"winrm {request.operation} {request.uri}")
    host, account = context.host, context.account
    if request.operation == "get":
        found = winrm_resources.get(host, account, path, request.selectors)
        return _show(context, request, [found.part])
    if request.operation == "enumerate":
        items = winrm_resources.instances(host, account, path)
        uri = f"{_CONFIGURATION}/{path}"
        wants = request.switches.get("returntype", "object").lower()
        if wants == "epr":
            return _show(context, request, [reference("EndpointReference", uri, one) for one in items])
        return _show(context, request, [one.part for one in items])
    if request.operation == "delete":
        winrm_resources.delete(host, account, path, request.selectors)
        return 0
    values = tuple(Part(name, text) for name, text in request.values)
    wanted = Part(_ELEMENTS.get(path, _name_of(path)), parts=values)
    if request.operation == "set":
        changed = winrm_resources.put(host, account, path, request.selectors, wanted)
        return _show(context, request, [changed.part])
    made = winrm_resources.create(host, account, path, request.selectors, wanted)
    return _show(context, request, [reference("ResourceCreated", f"{_CONFIGURATION}/{path}", made)])


def _show(context: Context, request: Request, parts: list[Part]) -> int:
    for part in parts:
        context.line(formatted(part, request.switches.get("format", "text"), request.uri))
    return 0


def _configuration_path(uri: str) -> str | None:
    """The path below winrm/config of a resource URI or its alias."""
    lowered = uri.lower().rstrip("/")
    for prefix in (_CONFIGURATION, "winrm/config", "wsman/config", "config"):
        if lowered == prefix or lowered.startswith(prefix + "/"):
            return lowered[len(prefix) + 1 :]
    return None


def _name_of(path: str) -> str:
    return path.rpartition("/")[2] or "Config"


def _identity(context: Context) -> Part:
    release = context.host.release
    version = f"OS: {release.version} SP: {release.service_pack}.0 Stack: {release.winrm_stack}"
    profiles = Part(
        "SecurityProfiles",
        parts=(
            Part(
                "SecurityProfileName",
                "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/http/spnego-kerberos",
            ),
        ),
    )
    return Part(
        "IdentifyResponse",
        parts=(
            Part("ProtocolVersion", _IDENTITY),
            Part("ProductVendor", "Microsoft Corporation"),
            Part("ProductVersion", version),
            profiles,
        ),
    )


def _quick_configuration(context: Context, request: Request) -> int:
    winrm_resources.require_administrator(context.account)
    transport = request.switches.get("transport", "http")
    if transport.lower() not in ("http", "https"):
        context.error(f"Error: Invalid option for -transport: {transport}")
        return _GENERAL_FAILURE
    host = context.host
    quiet = "quiet" in request.switches or "force" in request.switches
    done = _carry_out(
        context,
        service_steps(host),
        quiet,
        settled="WinRM service is already running on this machine.",
        needed="WinRM is not set up to receive requests on this machine.",
        updated="WinRM has been updated to receive requests.",
    )
    if not done:
        return _GENERAL_FAILURE
    done = _carry_out(
        context,
        listener_steps(host, transport),
        quiet,
        settled="WinRM is already set up for remote management on this computer.",
        needed="WinRM is not set up to allow remote access to this machine for management.",
        updated="WinRM has been updated for remote management.",
    )
    return 0 if done else _GENERAL_FAILURE


def _carry_out(
    context: Context, steps: list[Step], quiet: bool, *, settled: str, needed: str, updated: str
) -> bool:
    """Make changes after asking; false when the answer was no or one of them failed."""
    if not steps:
        context.line(settled)
        return True
    context.line(needed)
    context.line("The following changes must be made:")
    context.line()
    for step in steps:
        context.line(step.announcement)
    context.line()
    if not quiet:
        context.stdout.write("Make these changes [y/n]? ")
        answer = context.stdin.read_line()
        context.line()
        if answer is None or answer.strip().lower() not in ("y", "yes"):
            return False
    reports: list[str] = []
    try:
        for step in steps:
            step.apply()
            reports.append(step.report)
    except ConfigurationRefused:
        raise
    except HostError as error:
        context.error(f"Error: {error.text}")
        context.error("One or more update steps could not be completed.")
        return False
    context.line(updated)
    context.line()
    for report in reports:
        context.line(report)
    return True


def _not_emulated(context: Context, what: str) -> int:
    context.host.gaps.record("program", what)
    context.error(f"Error: {what} is not emulated.")
    return _GENERAL_FAILURE
