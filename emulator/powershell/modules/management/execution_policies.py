"""Get-ExecutionPolicy and Set-ExecutionPolicy of Microsoft.PowerShell.Security."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.host import Account, Host, HostError
from emulator.host.windows.execution_policy import (
    GROUP_POLICY,
    PRECEDENCE,
    ExecutionPolicy,
    PolicyScope,
    effective_policy,
    policy_name,
    policy_of_name,
    set_policy,
    stated_policy,
)
from emulator.powershell.dotnet.enums import EnumType, EnumValue
from emulator.powershell.dotnet.library.session_configuration_types import EXECUTION_POLICY
from emulator.powershell.dotnet.psobject import PSObject
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import cmdlet

_SCOPES = {each: "".join(word.title() for word in each.name.split("_")) for each in PolicyScope}
SCOPE = EnumType(
    "Microsoft.PowerShell.ExecutionPolicyScope", {name: int(each) for each, name in _SCOPES.items()}
)
#: Where a process keeps its own policy, for its children too.
_VARIABLE = "PSExecutionPolicyPreference"
_DENIED = (
    "Access to the registry key 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\PowerShell\\1\\ShellIds\\"
    "Microsoft.PowerShell' is denied. To change the execution policy for the default "
    "(LocalMachine) scope, start "
    'Windows PowerShell with the "Run as administrator" option. To change the execution policy '
    "for the current "
    'user, run "Set-ExecutionPolicy -Scope CurrentUser".'
)


@cmdlet("Get-ExecutionPolicy")
def get_execution_policy(
    call: CmdletCall, scope: EnumValue | None = None, list: bool = False
) -> Iterator[Any]:
    """The policy that counts, that of one scope, or with -List those of all."""
    if list and scope is not None:
        raise call.failure(
            "System.InvalidOperationException",
            "The Scope and List parameters cannot be used together.",
            "ListAndScopeSpecified",
            "InvalidOperation",
        )
    if list:
        for each in PRECEDENCE:
            pairs = [("Scope", SCOPE[_SCOPES[each]]), ("ExecutionPolicy", _shown(_stated(call, each)))]
            yield PSObject.custom(pairs)
    elif scope is not None:
        yield _shown(_stated(call, PolicyScope(scope.number)))
    else:
        yield _shown(_effective(call))


@cmdlet("Set-ExecutionPolicy")
def set_execution_policy(
    call: CmdletCall, execution_policy: EnumValue, scope: EnumValue | None = None
) -> None:
    """State the policy of a scope. Nobody is asked: a remote session has no window."""
    wanted = ExecutionPolicy(execution_policy.number)
    place = PolicyScope.LOCAL_MACHINE if scope is None else PolicyScope(scope.number)
    if place in GROUP_POLICY:
        raise call.failure(
            "System.InvalidOperationException",
            "Cannot set execution policy. Execution policies at the MachinePolicy or UserPolicy scopes must "
            "be set through Group Policy.",
            "CantSetGroupPolicy",
            "InvalidOperation",
        )
    if not call.should_process(policy_name(wanted), "Set-ExecutionPolicy"):
        return
    if place is PolicyScope.PROCESS:
        named = None if wanted is ExecutionPolicy.UNDEFINED else policy_name(wanted)
        call.engine.environment.write(_VARIABLE, named)
        return
    try:
        set_policy(call.service(Host), call.service(Account), place, wanted)
    except HostError:
        raise call.failure(
            "System.UnauthorizedAccessException",
            _DENIED,
            "System.UnauthorizedAccessException",
            "PermissionDenied",
        ) from None
    found = _effective(call)
    if wanted not in (ExecutionPolicy.UNDEFINED, found):
        raise call.failure(
            "System.Security.SecurityException",
            "Windows PowerShell updated your execution policy successfully, but the setting is overridden by "
            "a policy defined at a more specific scope.  Due to the override, your shell will retain its "
            "current "
            f'effective execution policy of {policy_name(found)}. Type "Get-ExecutionPolicy '
            '-List" to view your '
            'execution policy settings. For more information please see "Get-Help Set-ExecutionPolicy".',
            "ExecutionPolicyOverride",
            "PermissionDenied",
        )


def _stated(call: CmdletCall, scope: PolicyScope) -> ExecutionPolicy:
    if scope is PolicyScope.PROCESS:
        return policy_of_name(call.engine.environment.read(_VARIABLE))
    return stated_policy(call.service(Host), call.service(Account), scope)


def _effective(call: CmdletCall) -> ExecutionPolicy:
    own = _stated(call, PolicyScope.PROCESS)
    return effective_policy(call.service(Host), call.service(Account), own)


def _shown(policy: ExecutionPolicy) -> EnumValue:
    return EXECUTION_POLICY[policy_name(policy)]
