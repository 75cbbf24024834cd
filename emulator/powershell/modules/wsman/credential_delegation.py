"""Enable-, Disable- and Get-WSManCredSSP: CredSSP in WinRM's configuration, and the policy that lets a client
give credentials away (AllowFreshCredentials)."""

from __future__ import annotations

from typing import Any

from emulator.host import Account, ConfigurationRefused, Host
from emulator.host.winrm import winrm_resources as resources
from emulator.host.winrm.winrm_resources import Part
from emulator.powershell.modules.wsman.client import RequestRefused
from emulator.powershell.modules.wsman.instances import client_of, refusal
from emulator.powershell.modules.wsman.showing import show
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import cmdlet
from emulator.powershell.runtime.registry_service import RegistryStore

_POLICY = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\Windows\\CredentialsDelegation"
_LIST = f"{_POLICY}\\AllowFreshCredentials"
_SWITCHES = ("AllowFreshCredentials", "ConcatenateDefaults_AllowFresh")
_PREFIX = "wsman/"
_CONFIGURATION = "http://schemas.microsoft.com/wbem/wsman/1/config/"
_CAPTION = "CredSSP Authentication Configuration for WS-Management"
_QUESTIONS = {
    "Client": (
        "CredSSP authentication allows the user credentials on this computer to be sent to a remote "
        "computer. "
        "If you use CredSSP authentication for a connection to a malicious or compromised computer, that "
        "computer will have access to your user name and password. For more information, see the "
        "Enable-WSManCredSSP Help topic.\nDo you want to enable CredSSP authentication?"
    ),
    "Server": (
        "CredSSP authentication allows the server to accept user credentials from a remote computer. If you "
        "enable CredSSP authentication on the server, the server will have access to the user name and "
        "password "
        "of the client computer if the client computer sends them. For more information, see the "
        "Enable-WSManCredSSP Help topic.\nDo you want to enable CredSSP authentication?"
    ),
}


@cmdlet("Enable-WSManCredSSP")
def enable(
    call: CmdletCall, role: str, delegate_computer: list[str] | None = None, force: bool = False
) -> None:
    """Let this machine give credentials away (Client, to the named computers) or take them (Server)."""
    is_client = role.lower() == "client"
    _check(call, is_client, delegate_computer)
    _require_administrator(call)
    if not force and not call.should_continue(_QUESTIONS["Client" if is_client else "Server"], _CAPTION):
        return
    if is_client:
        _allow(call, delegate_computer or [])
    side = "client" if is_client else "service"
    _set(call, side, True)
    try:
        found = client_of(call, None, None, True).get(f"{_CONFIGURATION}{side}/auth", {})
    except RequestRefused as refused:
        raise refusal(call, refused, None) from None
    show(call, found)


@cmdlet("Disable-WSManCredSSP")
def disable(call: CmdletCall, role: str) -> None:
    """Take it back, with the computers of the policy that begin with wsman/."""
    _require_administrator(call)
    is_client = role.lower() == "client"
    if is_client:
        store = _registry(call)
        for name, _, data in store.values(_LIST) or ():
            if str(data).lower().startswith(_PREFIX):
                store.delete_value(_LIST, name)
        if not (store.values(_LIST) or ()) and store.values(_POLICY) is not None:
            present = {name for name, _, _ in store.values(_POLICY) or ()}
            for name in _SWITCHES:
                if name in present:
                    store.delete_value(_POLICY, name)
    _set(call, "client" if is_client else "service", False)


@cmdlet("Get-WSManCredSSP")
def get(call: CmdletCall) -> None:
    """Two sentences: to whom credentials are given, and whether they are taken."""
    _require_administrator(call)
    targets = [str(data) for _, _, data in _registry(call).values(_LIST) or ()]
    named = [one for one in targets if one.lower().startswith(_PREFIX)]
    if named:
        call.write(
            "The machine is configured to allow delegating fresh credentials to the following target(s): "
            + ",".join(named)
        )
    else:
        call.write("The machine is not configured to allow delegating fresh credentials.")
    takes = call.service(Host).winrm.value("Service/Auth/CredSSP")
    word = "configured" if takes else "not configured"
    call.write(f"This computer is {word} to receive credentials from a remote client computer.")


def _check(call: CmdletCall, is_client: bool, computers: list[str] | None) -> None:
    text = None
    if is_client and not computers:
        text = (
            "The DelegateComputer parameter is required when the Role parameter is Client. Specify the "
            "DelegateComputer parameter and try again."
        )
    elif not is_client and computers:
        text = (
            "The DelegateComputer parameter is not supported when the Role parameter is Server. Remove the "
            "DelegateComputer parameter and try again."
        )
    if text is not None:
        raise call.failure("System.InvalidOperationException", text, "System.InvalidOperationException")


def _require_administrator(call: CmdletCall) -> None:
    if not call.service(Account).is_administrator:
        raise call.failure(
            "System.InvalidOperationException",
            "This command cannot be executed from a process that is not elevated. Start Windows PowerShell "
            "as administrator and try again.",
            "System.InvalidOperationException",
        )


def _allow(call: CmdletCall, computers: list[str]) -> None:
    """Policy values are numbered from 1."""
    store = _registry(call)
    for key in (_POLICY, _LIST):
        if store.values(key) is None:
            store.create_key(key)
    for name in _SWITCHES:
        store.set_value(_POLICY, name, "REG_DWORD", 1)
    present = {str(data).lower(): name for name, _, data in store.values(_LIST) or ()}
    number = 1
    for computer in computers:
        wanted = f"{_PREFIX}{computer}"
        if wanted.lower() in present:
            continue
        names = {name for name, _, _ in store.values(_LIST) or ()}
        while str(number) in names:
            number += 1
        store.set_value(_LIST, str(number), "REG_SZ", wanted)


def _registry(call: CmdletCall) -> RegistryStore:
    return call.service(RegistryStore)


def _set(call: CmdletCall, side: str, value: bool) -> None:
    wanted = Part("Auth", parts=(Part("CredSSP", "true" if value else "false"),))
    try:
        resources.put(call.service(Host), call.service(Account), f"{side}/auth", {}, wanted)
    except ConfigurationRefused as problem:
        raise _refused(call, problem) from None


def _refused(call: CmdletCall, problem: ConfigurationRefused) -> Any:
    return call.failure("System.InvalidOperationException", problem.text, "WsManError", "InvalidOperation")
