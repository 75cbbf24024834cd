"""dism.exe: the optional features of the running Windows."""

from __future__ import annotations

import re
from collections.abc import Callable

from emulator.console.command_line import split_arguments
from emulator.console.context import Context
from emulator.console.exit_codes import REBOOT_REQUIRED
from emulator.host.windows import optional_features as features
from emulator.host.windows.shutdown_request import ShutdownRequest
from emulator.signed_numbers import signed32

_ELEVATION_REQUIRED, _INVALID_PARAMETER, _NOT_SUPPORTED = 740, 87, 50
_LOG = "The DISM log file can be found at C:\\Windows\\Logs\\DISM\\dism.log"
_DONE = "The operation completed successfully."
_FLAGS = frozenset({"online", "all", "norestart", "quiet", "english", "limitaccess"})
_VALUES = frozenset({"featurename", "format", "loglevel", "logpath", "scratchdir", "source", "packagename"})
_OPTION = re.compile(r"[/-]([A-Za-z-]+)(?:[:=](.*))?", re.DOTALL)

Options = dict[str, list[str]]


def main(context: Context, tail: str) -> int:
    """`dism /online /enable-feature|/disable-feature|/get-features|/get-featureinfo ...`.

    Nothing is checked but the name: the role installs on any hardware. Errors go to standard output, as DISM
    writes them.
    """
    words = split_arguments(tail)
    quiet = any(word.lower() in ("/quiet", "-quiet") for word in words)
    screen = _Screen(context, quiet)
    screen.write("", "Deployment Image Servicing and Management tool", f"Version: {_version(context)}", "")
    if not context.account.is_administrator:
        return screen.fail(
            _ELEVATION_REQUIRED,
            "Elevated permissions are required to run DISM.",
            "Use an elevated command prompt to complete these tasks.",
            log=False,
        )
    options: Options = {}
    for word in words:
        match = _OPTION.fullmatch(word)
        if match is None:
            return screen.unknown_option(word)
        options.setdefault(match[1].lower(), []).append((match[2] or "").strip('"'))
    commands = [name for name in options if name not in _FLAGS | _VALUES]
    if len(commands) != 1 or commands[0] not in _COMMANDS or "online" not in options:
        context.host.gaps.record("program", f"dism {tail.strip()}")
        return screen.fail(
            _NOT_SUPPORTED,
            "The emulator has only the options /Enable-Feature, /Disable-Feature, /Get-Features and "
            "/Get-FeatureInfo, each with /Online.",
        )
    if "all" in options and not context.host.release.features.dism_all:
        return screen.fail(
            _INVALID_PARAMETER,
            "The all option is not recognized in this context.",
            "For more information, refer to the help.",
        )
    screen.write(f"Image Version: {_version(context)}", "")
    return _COMMANDS[commands[0]](context, screen, options)


class _Screen:
    """Where DISM writes; with /quiet only errors are shown."""

    def __init__(self, context: Context, quiet: bool) -> None:
        self.context = context
        self.quiet = quiet

    def write(self, *lines: str) -> None:
        if not self.quiet:
            for line in lines:
                self.context.line(line)

    def fail(self, code: int, *lines: str, log: bool = True) -> int:
        shown = f"0x{code:08x}" if code > 0xFFFF else str(code)
        for line in ("", f"Error: {shown}", "", *lines, *(("", _LOG) if log else ())):
            self.context.line(line)
        return signed32(code)

    def unknown_option(self, word: str) -> int:
        return self.fail(
            _INVALID_PARAMETER,
            f"The {word.lstrip('/-')} option is unknown.",
            "For more information, refer to the help by running DISM.exe /?.",
        )


def _version(context: Context) -> str:
    release = context.host.release
    return f"{release.version}.{release.update_revision}"


def _named(context: Context, screen: _Screen, options: Options) -> list[str] | int:
    """The features that /featurename names, or the exit code of the refusal."""
    names = [name for name in options.get("featurename", ()) if name]
    if not names:
        return screen.fail(
            _INVALID_PARAMETER,
            "The feature name is missing.",
            "Use the /FeatureName option to specify a feature.",
        )
    found = []
    for name in names:
        # The older DISM tells upper from lower case.
        feature = features.find_feature(context.host, name, exact=not context.host.release.features.dism_all)
        if feature is None:
            return screen.fail(
                features.UNKNOWN_FEATURE,
                f"Feature name {name} is unknown.",
                "A Windows feature name was not recognized.",
                "Use the /Get-Features option to find the name of the feature in the image and try the "
                "command again.",
            )
        found.append(feature)
    return found


def _change(
    context: Context, screen: _Screen, options: Options, title: str, change: Callable[[list[str]], bool]
) -> int:
    named = _named(context, screen, options)
    if isinstance(named, int):
        return named
    # Every name is known before anything changes.
    try:
        waits = change(named)
    except features.ParentDisabled as problem:
        return screen.fail(_NOT_SUPPORTED, problem.text, "Use the /All option to enable the parents as well.")
    screen.write(title, f"[{'=' * 26}100.0%{'=' * 26}] ", _DONE)
    if not waits:
        return 0
    if "norestart" not in options:
        if screen.quiet:
            context.host.power.shut_down(ShutdownRequest(caller=context.account, program="dism.exe"))
        else:
            # DISM reads the answer from the console window, which a remote shell does not have.
            screen.write("Restart Windows to complete this operation.")
            context.stdout.write("Do you want to restart the computer now (Y/N)? ")
    return REBOOT_REQUIRED


def _enable(context: Context, screen: _Screen, options: Options) -> int:
    host = context.host
    with_parents = "all" in options
    return _change(
        context,
        screen,
        options,
        "Enabling feature(s)",
        lambda names: features.enable(host, *names, with_parents=with_parents),
    )


def _disable(context: Context, screen: _Screen, options: Options) -> int:
    host = context.host
    return _change(
        context, screen, options, "Disabling feature(s)", lambda names: features.disable(host, *names)
    )


def _information(context: Context, screen: _Screen, options: Options) -> int:
    named = _named(context, screen, options)
    if isinstance(named, int):
        return named
    host, feature = context.host, named[0]
    with host.looking():
        state = features.state_of(host, feature)
    title = features.display_name(feature)
    screen.write(
        "Feature Information:",
        "",
        f"Feature Name : {feature}",
        f"Display Name : {title}",
        f"Description : {title}",
        f"Restart Required : {'No' if features.is_tool(host, feature) else 'Possible'}",
        f"State : {state}",
        "",
        "Custom Properties:",
        "",
        "(No custom properties found)",
        "",
        _DONE,
    )
    return 0


def _list(context: Context, screen: _Screen, options: Options) -> int:
    """Hyper-V's features only: those of other roles are not emulated."""
    host = context.host
    with host.looking():
        rows = [(name, features.state_of(host, name)) for name in features.feature_names(host)]
    machine = "amd64" if host.profile.operating_system.architecture == "x64" else "x86"
    screen.write(
        "Features listing for package : Microsoft-Windows-Foundation-Package~31bf3856ad364e35~"
        f"{machine}~~{_version(context)}",
        "",
    )
    if "table" in [form.lower() for form in options.get("format", ())]:
        widths = [
            max(len(text) for text in column) for column in zip(*rows, ("Feature Name", ""), strict=True)
        ]
        rule = " | ".join("-" * width for width in widths)
        lines = [
            f"{name:{widths[0]}} | {state:{widths[1]}}" for name, state in (("Feature Name", "State"), *rows)
        ]
        screen.write("", rule, lines[0], rule, *lines[1:], "")
    else:
        for name, state in rows:
            screen.write(f"Feature Name : {name}", f"State : {state}", "")
    screen.write(_DONE)
    return 0


_COMMANDS: dict[str, Callable[[Context, _Screen, Options], int]] = {
    "enable-feature": _enable,
    "disable-feature": _disable,
    "get-featureinfo": _information,
    "get-features": _list,
}
