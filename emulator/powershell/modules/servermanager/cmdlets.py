"""Get-, Install- and Uninstall-WindowsFeature (Add- and Remove-WindowsFeature in the first release)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.host import Account, Host, RequirementNotMet
from emulator.host.security.callers import may_administer
from emulator.host.windows.other_features import SourceMissing
from emulator.host.windows.server_features import ExitCode, Operation, ServerFeature
from emulator.host.windows.shutdown_request import ShutdownRequest
from emulator.host.windows.windows_features import find_feature, install, uninstall, windows_features
from emulator.powershell.dotnet.regex import like
from emulator.powershell.modules.management.own_computer import own_computer
from emulator.powershell.modules.servermanager.types import FeatureResult, OperationResult
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import cmdlet
from emulator.powershell.runtime.streams import InformationRecord

_NO_RIGHTS = "You do not have adequate user rights to make changes to the target computer."
_NO_SOURCE = (
    "The request to add or remove features on the specified server failed.\r\nInstallation of one or more "
    'roles, role services, or features failed.\r\nThe source files could not be found.\r\nUse the "Source" '
    "option to specify the location of the files that are required to restore the feature. For more "
    "information on specifying a source location, see http://go.microsoft.com/fwlink/?LinkId=243077. Error: "
    "0x800f081f\r\n"
)
_NO_SOURCE_ID = "DISMAPI_Error__Failed_To_Enable_Updates"
_PROGRAM = "WindowsPowerShell\\v1.0\\powershell.exe"


@cmdlet("Get-WindowsFeature")
def get_windows_feature(
    call: CmdletCall, name: list[str] | None = None, computer_name: str | None = None
) -> Iterator[ServerFeature]:
    """Roles and features, all or those of names and patterns; a name without feature gives nothing."""
    host = _machine(call, computer_name)
    with host.looking():
        features = windows_features(host)
    for feature in features:
        if name is None or any(like(feature.name, pattern) for pattern in name):
            yield feature


@cmdlet("Install-WindowsFeature")
@cmdlet("Add-WindowsFeature")
def install_windows_feature(
    call: CmdletCall,
    name: list[Any],
    restart: bool = False,
    include_all_sub_feature: bool = False,
    include_management_tools: bool = False,
    computer_name: str | None = None,
    source: list[str] | None = None,
) -> Iterator[OperationResult]:
    """Install after Server Manager's checks. A machine that is not fit gives an error and a failed result."""
    host = _machine(call, computer_name)
    features = _chosen(call, host, name)
    if features is None:
        yield OperationResult(False, "No", ExitCode.INVALID_ARGUMENTS)
        return
    if not _allowed(call, host, features, "installation"):
        yield from _refused_or_pretended(call, features)
        return
    try:
        done = install(
            host,
            features,
            with_tools=include_management_tools,
            with_sub_features=include_all_sub_feature,
            sources=source or (),
        )
    except RequirementNotMet as problem:
        role = next((feature for feature in features if feature.is_role), features[0])
        record = call.record(
            "System.Exception", problem.text, "Alteration_PrerequisiteCheck_Failed", "DeviceError", role
        )
        record.target_name, record.target_type = role.title, "ServerComponentWrapper"
        call.error(record)
        yield OperationResult(False, "Maybe", ExitCode.FAILED)
        return
    except SourceMissing:
        call.error(call.record("System.Exception", _NO_SOURCE, _NO_SOURCE_ID, "InvalidOperation"))
        yield OperationResult(False, "No", ExitCode.FAILED)
        return
    yield _finish(call, done, "installation", restart)
    if restart and done.restart_needed:
        host.power.shut_down(ShutdownRequest(caller=call.engine.find_service(Account), program=_PROGRAM))


@cmdlet("Uninstall-WindowsFeature")
@cmdlet("Remove-WindowsFeature")
def uninstall_windows_feature(
    call: CmdletCall,
    name: list[Any],
    restart: bool = False,
    include_management_tools: bool = False,
    computer_name: str | None = None,
) -> Iterator[OperationResult]:
    """Remove the role or its tools; virtual machines stay where they are."""
    host = _machine(call, computer_name)
    features = _chosen(call, host, name)
    if features is None:
        yield OperationResult(False, "No", ExitCode.INVALID_ARGUMENTS)
        return
    if not _allowed(call, host, features, "removal"):
        yield from _refused_or_pretended(call, features)
        return
    done = uninstall(host, features, with_tools=include_management_tools)
    yield _finish(call, done, "removal", restart)
    if restart and done.restart_needed:
        host.power.shut_down(ShutdownRequest(caller=call.engine.find_service(Account), program=_PROGRAM))


def _machine(call: CmdletCall, computer: str | None) -> Host:
    """The machine; another computer cannot be reached."""
    return own_computer(call, [computer] if computer else None)


def _chosen(call: CmdletCall, host: Host, names: list[Any]) -> list[ServerFeature] | None:
    """The features of names; None when one is unknown (reported)."""
    found = []
    for item in names:
        name = str(item.name)
        with host.looking():
            feature = find_feature(host, name)
        if feature is None:
            text = (
                f"ArgumentNotValid: The role, role service, or feature name is not valid: '{name}'. "
                "The name was not found."
            )
            call.error(call.record("System.Exception", text, "NameDoesNotExist", "InvalidArgument", name))
            return None
        found.append(feature)
    return found


def _allowed(call: CmdletCall, host: Host, features: list[ServerFeature], what: str) -> bool:
    """False with -WhatIf (told), and for an account that is no administrator (an error)."""
    if call.options.what_if(call.frame):
        lines = [f"What if: Continue with {what}?"]
        lines += [
            f'What if: Performing {what} for "[{feature.title}] {feature.title}".' for feature in features
        ]
        lines.append(f"What if: The target server may need to be restarted after the {what} completes.")
        for line in lines:
            call.engine.show(InformationRecord(line, host=True))
        return False
    if may_administer(call.engine.find_service(Account)):
        return True
    call.error(
        call.record("System.Exception", _NO_RIGHTS, "LocalComputer_NotAdmin", "PermissionDenied", host.name)
    )
    return False


def _refused_or_pretended(call: CmdletCall, features: list[ServerFeature]) -> Iterator[OperationResult]:
    if call.failed:
        yield OperationResult(False, "Maybe", ExitCode.FAILED)
    else:
        results = tuple(FeatureResult(feature, feature.is_role) for feature in features)
        yield OperationResult(True, "Maybe", ExitCode.SUCCESS, results)


def _finish(call: CmdletCall, done: Operation, what: str, restart: bool) -> OperationResult:
    if done.restart_needed and not restart:
        call.warning(f"You must restart this server to finish the {what} process.")
    results = tuple(FeatureResult(feature, done.restart_needed and feature.waits) for feature in done.changed)
    return OperationResult(True, "Yes" if done.restart_needed else "No", done.exit_code, results)
