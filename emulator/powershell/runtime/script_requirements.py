"""``#requires``: what a script asks for is checked before it runs (about_Requires)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.powershell.dotnet.simple import Version
from emulator.powershell.runtime.errors import PSError, error

if TYPE_CHECKING:
    from emulator.powershell.parser.values import ModuleSpecification, ScriptRequirements
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
    missing = [one.name for one in needed.required_modules if not _load(one, frame)]
    if missing:
        raise _refused(
            name,
            "are missing: " + ", ".join(missing) + ".",
            "ScriptRequiresMissingModules",
            f"The script '{name}' cannot be run because the following modules that are specified by the "
            '"#requires" statements of the script ',
        )


def _load(wanted: ModuleSpecification, frame: Frame) -> bool:
    """Load a module unless it is there; false when there is none of that name, or only of another version."""
    commands, modules = frame.engine.commands, frame.engine.modules
    name = wanted.name
    loaded = commands.loaded.get(name.lower())
    if loaded is not None and _fits(loaded.version, wanted):
        return True
    builtin = commands.module(name)
    if builtin is not None:
        if not _fits(builtin.version, wanted):
            return False
        commands.load(builtin)
        return True
    path = modules.find(name)
    if path is None:
        return False
    version = "0.0"
    if path.lower().endswith(".psd1"):
        version = str(modules.read_manifest(path).get("moduleversion") or version)
    if not _fits(version, wanted):
        return False
    commands.load(modules.load(path, [], frame))
    return True


def _fits(version: str, wanted: ModuleSpecification) -> bool:
    present = Version.parse(version)
    if wanted.required_version is not None:
        return present == Version.parse(wanted.required_version)
    if wanted.module_version is not None and present < Version.parse(wanted.module_version):
        return False
    if wanted.maximum_version is None:
        return True
    limit = [int(one) if one.isdigit() else 0x7FFFFFFF for one in wanted.maximum_version.split(".")]
    return [int(one) for one in version.split(".")][: len(limit)] <= limit


def _refused(name: str, text: str, error_id: str, head: str | None = None) -> PSError:
    start = head if head is not None else f"The script '{name}' cannot be run because it "
    return error(start + text, error_id, "ResourceUnavailable", name, kind=_EXCEPTION, commandname=name)
