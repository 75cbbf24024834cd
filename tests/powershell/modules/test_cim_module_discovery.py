"""-CimNamespace and -CimResourceUri of Get-Module and Import-Module."""

from __future__ import annotations

import pytest

from tests.powershell.modules.console_session import ConsoleSession

LIST = "Get-Module -ListAvailable -CimSession (New-CimSession)"
IMPORT = "Import-Module Storage -CimSession (New-CimSession)"


@pytest.fixture
def session() -> ConsoleSession:
    return ConsoleSession()


@pytest.mark.parametrize(
    ("namespace", "reason"), [("root/nope", "Invalid namespace "), ("root/cimv2", "Invalid class ")]
)
@pytest.mark.parametrize(("command", "name"), [(LIST, "GetModule"), (IMPORT, "ImportModule")])
def test_a_namespace_without_the_provider_has_no_modules(
    session: ConsoleSession, namespace: str, reason: str, command: str, name: str
) -> None:
    identifier, category, text = session.error(f"{command} -CimNamespace {namespace}")
    assert identifier == f"DiscoveryProviderNotFound,Microsoft.PowerShell.Commands.{name}Command"
    assert category == "NotImplemented"
    assert text == f"A CIM provider for module discovery was not found on the CIM server. {reason}"


def test_the_namespace_of_the_provider_is_the_one_without_the_parameter(session: ConsoleSession) -> None:
    there = session.values(f"({LIST}).Name")
    assert session.values(f"({LIST} -CimNamespace root\\Microsoft\\Windows\\PowerShellV3).Name") == there
    uri = "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/*"
    assert session.values(f"({LIST} -CimResourceUri {uri}).Name") == there


def test_a_resource_that_is_not_there_tells_nothing(session: ConsoleSession) -> None:
    identifier, _, text = session.error(f"{LIST} -CimResourceUri http://example.com/modules")
    assert identifier == "DiscoveryProviderFailure,Microsoft.PowerShell.Commands.GetModuleCommand"
    assert text.startswith("Failed to receive module data from the remote CimSession. ")
    dcom = "Get-Module -ListAvailable -CimSession (New-CimSession -SessionOption (New-CimSessionOption -Protocol Dcom))"
    assert session.values(f"({dcom} -CimResourceUri http://example.com/modules).Name")


def test_without_a_session_the_parameters_are_ambiguous(session: ConsoleSession) -> None:
    assert session.error("Get-Module -CimNamespace root/cimv2")[0].startswith("MissingMandatoryParameter,")
