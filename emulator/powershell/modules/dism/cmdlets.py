"""Get-, Enable- and Disable-WindowsOptionalFeature of the running Windows."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from emulator.host import Account, Host
from emulator.host.windows import optional_features as features
from emulator.host.windows.shutdown_request import ShutdownRequest
from emulator.powershell.dotnet.regex import like
from emulator.powershell.modules.dism.types import AdvancedFeature, BasicFeature, Image
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.errors import PSError, not_emulated
from emulator.powershell.runtime.module import cmdlet
from emulator.signed_numbers import signed32

_PROGRAM = "WindowsPowerShell\\v1.0\\powershell.exe"
_ELEVATION = "The requested operation requires elevation."
_ELEVATION_REQUIRED = 0x800702E4
_NOT_SUPPORTED = 0x80070032
_QUESTION = "Do you want to restart the computer to complete this operation now?"
_SUPPRESSED = "Restart is suppressed because NoRestart is specified."


@cmdlet("Get-WindowsOptionalFeature")
def get_windows_optional_feature(
    call: CmdletCall, feature_name: str | None = None, online: bool = False
) -> Iterator[BasicFeature | AdvancedFeature]:
    """Hyper-V's features: all with their states, or those of a name or pattern with what DISM tells."""
    host = _running(call, online)
    with host.looking():
        rows = [(name, features.state_of(host, name)) for name in features.feature_names(host)]
    for name, state in rows:
        if feature_name is None:
            yield BasicFeature(name, state)
        elif like(name, feature_name):
            restart = "No" if features.is_tool(host, name) else "Possible"
            yield AdvancedFeature(name, state, features.display_name(name), restart)


@cmdlet("Enable-WindowsOptionalFeature")
def enable_windows_optional_feature(
    call: CmdletCall,
    feature_name: list[str],
    all: bool = False,
    no_restart: bool = False,
    online: bool = False,
) -> Iterator[Image]:
    """Switch features on, as DISM does without a look at the hardware."""
    host = _running(call, online)
    yield from _change(
        call,
        host,
        feature_name,
        lambda names: features.enable(host, *names, with_parents=all),
        restarts=not no_restart,
    )


@cmdlet("Disable-WindowsOptionalFeature")
def disable_windows_optional_feature(
    call: CmdletCall, feature_name: list[str], no_restart: bool = False, online: bool = False
) -> Iterator[Image]:
    """Switch features off."""
    host = _running(call, online)
    yield from _change(
        call, host, feature_name, lambda names: features.disable(host, *names), restarts=not no_restart
    )


def _running(call: CmdletCall, online: bool) -> Host:
    """The machine, for an elevated user. Raises PSError."""
    if not online:
        raise not_emulated(f"{call.name} -Path")
    account = call.engine.find_service(Account)
    if account is not None and not account.is_administrator:
        raise _refused(call, _ELEVATION, _ELEVATION_REQUIRED)
    return call.service(Host)


def _refused(call: CmdletCall, text: str, hresult: int) -> PSError:
    return call.failure("System.Runtime.InteropServices.COMException", text, hresult=signed32(hresult))


def _change(
    call: CmdletCall, host: Host, names: list[str], change: Callable[[list[str]], bool], *, restarts: bool
) -> Iterator[Image]:
    with host.looking():
        found = [features.find_feature(host, name, exact=False) for name in names]
    for name, feature in zip(names, found, strict=True):
        if feature is None:
            raise _refused(call, f"Feature name {name} is unknown.", features.UNKNOWN_FEATURE)
    # Every name is known before anything changes, and all of them change.
    try:
        needed = change([feature for feature in found if feature is not None])
    except features.ParentDisabled as problem:
        raise _refused(call, problem.text, _NOT_SUPPORTED) from None
    if needed and not restarts:
        call.warning(_SUPPRESSED)
    elif needed and call.should_continue(_QUESTION, ""):
        account = call.engine.find_service(Account)
        host.power.shut_down(ShutdownRequest(caller=account, program=_PROGRAM))
    yield Image(needed)
