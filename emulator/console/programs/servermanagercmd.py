"""servermanagercmd.exe: Server Manager of 2008 R2 on the command line."""

from __future__ import annotations

from emulator.console.command_line import split_arguments
from emulator.console.context import Context
from emulator.host import Host, RequirementNotMet
from emulator.host.windows.server_features import (
    ExitCode,
    Operation,
    find_feature,
    install,
    server_features,
    uninstall,
)
from emulator.host.windows.shutdown_request import ShutdownRequest

_ACCESS_DENIED = 5
_DEPRECATED = (
    "Servermanagercmd.exe is deprecated, and is not guaranteed to be supported in future releases of "
    "Windows. We recommend that you use the Windows PowerShell cmdlets that are available for Server Manager."
)
_FLAGS = frozenset({"-restart", "-allsubfeatures", "-a"})


def exists(host: Host) -> bool:
    """Full installations of the releases whose Server Manager came with it."""
    full = host.profile.operating_system.installation == "full"
    return full and "servermanagercmd" in host.release.features.commands_full


def main(context: Context, tail: str) -> int:
    """`servermanagercmd -query`, `-install Name [-restart]`, `-remove Name [-restart]`.

    Exits with 0, 3010 (restart required), 1003 (nothing to do), 1001 (bad argument) or 1000 (failed).
    """
    given = split_arguments(tail)
    words = [word.lower().replace("/", "-", 1) for word in given]
    context.line()
    context.line(_DEPRECATED)
    context.line()
    host = context.host
    if not context.account.is_administrator:
        context.error("Access is denied. Servermanagercmd.exe must be run with elevated rights.")
        return _ACCESS_DENIED
    match words:
        case ["-query"] | ["-q"]:
            with host.looking():
                return _query(context)
        case ["-install" | "-i" as verb, _, *flags] | ["-remove" | "-r" as verb, _, *flags] if (
            set(flags) <= _FLAGS
        ):
            return _change(context, verb in ("-install", "-i"), given[1], "-restart" in flags)
    host.gaps.record("program", f"servermanagercmd {tail.strip()}")
    context.error("The emulator has only -query, -install <name> [-restart] and -remove <name> [-restart].")
    return ExitCode.INVALID_ARGUMENTS.number


def _query(context: Context) -> int:
    """Roles and features with a cross at those installed; only Hyper-V's are emulated."""
    for kind, title in (("Role", "Roles"), ("Feature", "Features")):
        context.line(f"----- {title} -----")
        context.line()
        for feature in server_features(context.host):
            if feature.kind == kind:
                mark = "X" if feature.installed else " "
                indent = "    " * (feature.depth - 1)
                context.line(f"{indent}[{mark}] {feature.title}  [{feature.name}]")
        context.line()
    return 0


def _change(context: Context, installs: bool, name: str, restart: bool) -> int:
    host = context.host
    feature = find_feature(host, name)
    if feature is None:
        context.error(
            f"ArgumentNotValid: The role, role service, or feature name is not valid: '{name}'. "
            "The name was not found."
        )
        return ExitCode.INVALID_ARGUMENTS.number
    label, done = ("Installation", "installation") if installs else ("Removal", "removal")
    context.line(f"Start {label}...")
    try:
        result: Operation = install(host, [feature]) if installs else uninstall(host, [feature])
    except RequirementNotMet as problem:
        context.error(f"[{label}] Failed: [{feature.title}]. {problem.text}".replace("\n", "\r\n"))
        return ExitCode.FAILED.number
    if result.exit_code is ExitCode.NO_CHANGE_NEEDED:
        context.line()
        context.line(
            "NoChange: No changes were made because the roles and features specified are already "
            f"{'installed' if installs else 'removed'} on the local computer."
        )
        return result.exit_code.number
    context.line(f"[{label}] Succeeded: [{feature.title}].")
    context.line("<100/100>")
    context.line()
    if result.restart_needed:
        context.line(f"Success: A restart is required to complete the {done}.")
        if restart:
            host.power.shut_down(ShutdownRequest(caller=context.account, program="ServerManagerCmd.exe"))
    else:
        context.line(f"Success: {label} succeeded.")
    return result.exit_code.number
