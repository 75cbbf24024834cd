"""PowerShell's session configurations: WinRM's plug-ins that start pwrshplugin.dll, and who may open them.

Windows keeps them nowhere else than in `winrm/config/plugin` (MS-PSRP 2.2.4; the open source of
Register-PSSessionConfiguration writes one there).
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from emulator.host.errors import NotFound
from emulator.host.security.security_descriptor import parse_security_descriptor
from emulator.host.security.virtual_account import VirtualAccount
from emulator.host.winrm.winrm_plugins import Capability, Plugin, PluginResource, PluginSecurity

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.security.account import Account

URI = "http://schemas.microsoft.com/powershell/"
GROUP_SEPARATOR = ";"
"""What stands between the names of RunAsVirtualAccountGroups."""
_PROGRAM = "pwrshplugin.dll"
_FIRST_BUILD_OF_2012 = 9200
_AUDIT = "S:P(AU;FA;GA;;;WD)(AU;SA;GXGW;;;WD)"
_NO_NETWORK = "(D;;GA;;;NU)"
_EVERYONE_DENIED = "(D;;GA;;;WD)"


def is_session_configuration(plugin: Plugin) -> bool:
    """Whether a plug-in is one of PowerShell."""
    return plugin.attributes.get("Filename", "").lower().endswith(_PROGRAM)


def session_configurations(host: "Host") -> Iterator[Plugin]:
    """Those of a machine."""
    return (plugin for plugin in host.winrm.plugins if is_session_configuration(plugin))


def find_session_configuration(host: "Host", name: str) -> Plugin:
    """The configuration whose resource has this name, in any case. Raises NotFound."""
    wanted = (URI + name).lower()
    for plugin in session_configurations(host):
        if any(resource.uri.lower() == wanted for resource in plugin.resources):
            return plugin
    raise NotFound(f"There is no session configuration '{name[:64]}'.")


def default_descriptor(host: "Host", *, from_network: bool = True) -> str:
    """The security descriptor that a configuration gets when nobody states one."""
    remote = "(A;;GA;;;RM)" if host.release.build >= _FIRST_BUILD_OF_2012 else ""
    denied = "" if from_network else _NO_NETWORK
    return f"O:NSG:BAD:P{denied}(A;;GA;;;BA){remote}(A;;GA;;;IU){_AUDIT}"


def descriptor_of(plugin: Plugin) -> str:
    """The SDDL of a configuration; empty when it states none (RootSDDL then decides)."""
    return next((one.sddl for resource in plugin.resources for one in resource.security), "")


def denies_network(sddl: str) -> bool:
    """Whether the descriptor keeps everybody out who comes over the network."""
    return _NO_NETWORK in sddl


def with_network_denied(sddl: str) -> str:
    """The descriptor with an entry that denies users over the network, in front."""
    head, mark, rest = sddl.partition("D:")
    if denies_network(sddl) or not mark:
        return sddl
    control, bracket, entries = rest.partition("(")
    return f"{head}{mark}{control}{_NO_NETWORK}{bracket}{entries}"


def with_network_allowed(sddl: str) -> str:
    """The descriptor without the entries that deny users over the network, or everybody."""
    return sddl.replace(_NO_NETWORK, "").replace(_EVERYONE_DENIED, "")


def new_plugin(
    host: "Host",
    name: str,
    *,
    parameters: Mapping[str, str],
    attributes: Mapping[str, str],
    quotas: Mapping[str, int],
    sddl: str,
) -> Plugin:
    """The plug-in of a configuration that is to be registered."""
    has_hosting = host.release.build >= _FIRST_BUILD_OF_2012
    uri = URI + name
    security = (PluginSecurity(uri, True, sddl),) if sddl else ()
    shipped = find_session_configuration(host, "microsoft.powershell") if has_hosting else None
    common = {
        "Filename": f"%windir%\\system32\\{_PROGRAM}",
        "SDKVersion": "2" if has_hosting else "1",
        "XmlRenderingType": "text",
    }
    if has_hosting:
        common |= {"UseSharedProcess": "false", "ProcessIdleTimeoutSec": "0", "RunAsUser": ""}
        common |= {"RunAsPassword": "", "AutoRestart": "false"}
    common |= {"Enabled": "True", **({"OutputBufferingMode": "Block"} if has_hosting else {})}
    return Plugin(
        name,
        common | dict(attributes),
        (PluginResource(uri, True, True, security, (Capability("Shell"),)),),
        dict(parameters),
        {**(shipped.quotas if shipped is not None else {}), **quotas},
    )


def with_descriptor(plugin: Plugin, sddl: str) -> Plugin:
    """The plug-in with another security descriptor; empty for none."""
    resources = tuple(
        replace(one, security=(PluginSecurity(one.uri, True, sddl),) if sddl else ())
        for one in plugin.resources
    )
    return replace(plugin, resources=resources)


def may_open(plugin: Plugin, account: "Account") -> bool:
    """Whether the descriptor of a configuration lets an account in over the network."""
    sddl = descriptor_of(plugin)
    if not sddl:
        return True
    return parse_security_descriptor(sddl).grants(account.sids_over_the_network)


def run_as_account(host: "Host", user: str, password: str) -> "Account":
    """The account of a RunAsUser. That of a managed service account, whose name ends in a dollar sign, has no
    password that is stated: the machine asks its domain for it. Raises NotFound when the logon fails."""
    account: Account | None
    if user.endswith("$") and not password:
        account = host.accounts.find(user)
        if account is not None and account.is_local:
            account = None
    else:
        account = host.accounts.verify(user, password)
    if account is None:
        raise NotFound("The user name or password is incorrect.", hresult=0x8007052E)
    return account


def account_of_sessions(host: "Host", plugin: Plugin, caller: "Account") -> "Account":
    """Who sessions run as: RunAsUser, a virtual account, or the caller. Raises NotFound when RunAsUser is not
    there or its password has changed since."""
    attributes = plugin.attributes
    user = attributes.get("RunAsUser", "")
    if attributes.get("RunAsVirtualAccount", "").lower() == "true":
        groups = attributes.get("RunAsVirtualAccountGroups", "").split(GROUP_SEPARATOR)
        return VirtualAccount(host, caller, tuple(filter(None, map(str.strip, groups))))
    return run_as_account(host, user, attributes.get("RunAsPassword", "")) if user else caller
