"""``#requires``: what a script asks for is checked before it runs (about_Requires)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.powershell.dotnet.simple import Version
from emulator.powershell.runtime.errors import PSError, error

if TYPE_CHECKING:
    from emulator.powershell.parser.values import ScriptRequirements
    from emulator.powershell.runtime.engine import Frame

_EXCEPTION = "System.Management.Automation.ScriptRequiresException"


def check(needed: ScriptRequirements, name: str, frame: Frame) -> None:
    """Raise the error of a script that cannot run here; load the modules that it asks for."""
    engine = frame.engine
    facts = engine.session.version
    if needed.required_ps_version is not None:
        text = needed.required_ps_version
        wanted = Version.parse(text if "." in text else f"{text}.0")
        present = Version.parse(facts.ps_version)
        if present.parts[:2] < wanted.parts[:2]:
            raise _refused(
                name,
                f'contained a "#requires" statement for Windows PowerShell {text}. The version of Windows '
                "PowerShell that is required by the script does not match the currently running version of "
                f"Windows PowerShell {facts.ps_version}.",
                "ScriptRequiresUnmatchedPSVersion",
            )
    if needed.required_ps_editions and (facts.edition or "Desktop") not in needed.required_ps_editions:
        listed = ",".join(needed.required_ps_editions)
        raise _refused(
            name,
            f"contained a \"#requires\" statement for PowerShell editions '{listed}'. The edition of "
            "PowerShell that is required by the script does not match the currently running PowerShell "
            f"{facts.edition or 'Desktop'} edition.",
            "ScriptRequiresUnmatchedPSEdition",
        )
    missing = [one.name for one in needed.required_modules if not _load(one.name, frame)]
    if missing:
        raise _refused(
            name,
            "are missing: " + ", ".join(missing) + ".",
            "ScriptRequiresMissingModules",
            f"The script '{name}' cannot be run because the following modules that are specified by the "
            '"#requires" statements of the script ',
        )


def _load(name: str, frame: Frame) -> bool:
    commands, modules = frame.engine.commands, frame.engine.modules
    if name.lower() in commands.loaded:
        return True
    builtin = commands.module(name)
    if builtin is not None:
        commands.load(builtin)
        return True
    path = modules.find(name)
    if path is None:
        return False
    commands.load(modules.load(path, [], frame))
    return True


def _refused(name: str, text: str, error_id: str, head: str | None = None) -> PSError:
    start = head if head is not None else f"The script '{name}' cannot be run because it "
    return error(start + text, error_id, "ResourceUnavailable", name, kind=_EXCEPTION, commandname=name)
