"""Sessions of virtual machines and containers, and how a user proves who he is to a computer."""

from __future__ import annotations

import pytest

from emulator.host import Host
from emulator.profile import load
from tests.powershell.modules.console_session import ConsoleSession

_CREDENTIAL = "$c = New-Object pscredential u, (ConvertTo-SecureString p -AsPlainText -Force)"


@pytest.fixture
def session() -> ConsoleSession:
    made = ConsoleSession(host=Host(load("windows-server-2022-datacenter"), clock_mode="fast"))
    made.values(
        f"{_CREDENTIAL}; 'one', 'off' | % {{ $null = New-VM $_ -MemoryStartupBytes 512MB }}; Start-VM one"
    )
    return made


def _problems(session: ConsoleSession, script: str) -> list[tuple[str, str]]:
    result = session.runspace.run(script)
    problems = [*result.errors, *([result.failure] if result.failure else [])]
    return [(one.fully_qualified_error_id, one.message) for one in problems]


_NO_ANSWER = (
    "An error has occurred which Windows PowerShell cannot handle. A remote session might have ended."
)
_NEW = "Microsoft.PowerShell.Commands.NewPSSessionCommand"


def test_every_machine_that_is_named_is_checked(session):
    assert _problems(session, "New-PSSession -VMName none, off, one, o* -Credential $c") == [
        (
            f"InvalidVMNameNotSingle,{_NEW}",
            "The input VMName none does not resolve to a single virtual machine.",
        ),
        (f"InvalidVMState,{_NEW}", "The virtual machine off is not in running state."),
        ("2100,PSSessionOpenFailed", _NO_ANSWER),
        (
            f"InvalidVMNameNotSingle,{_NEW}",
            "The input VMName o* does not resolve to a single virtual machine.",
        ),
    ]
    assert session.values(
        "@(Get-PSSession).Count; @(Get-PSSession -VMName *).Count; Remove-PSSession -VMName *"
    ) == [0, 0]


def test_a_command_for_a_machine_by_its_identifier(session):
    script = "Invoke-Command -VMId (Get-VM one).Id -Credential $c { 1 }; Invoke-Command -VMId ([guid]::Empty) -Credential $c { 1 }"
    assert _problems(session, script) == [
        ("PSSessionStateBroken", _NO_ANSWER),
        (
            "InvalidVMIdNotSingle,Microsoft.PowerShell.Commands.InvokeCommandCommand",
            "The input VMId 00000000-0000-0000-0000-000000000000 does not resolve to a single virtual machine.",
        ),
    ]


@pytest.mark.parametrize(
    ("name", "identifier", "message"),
    [
        ("none", "InvalidVMNameNoVM", "The input VMName parameter does not resolve to any virtual machine."),
        (
            "o*",
            "InvalidVMNameMultipleVM",
            "The input VMName parameter resolves to multiple virtual machines.",
        ),
        ("off", "InvalidVMState", "The virtual machine off is not in running state."),
        ("one", "CreateRemoteRunspaceForVMFailed", _NO_ANSWER),
    ],
)
def test_entering_a_machine_says_it_in_its_own_words(session, name, identifier, message):
    session.runspace.session.ui.push_session = lambda *_a, **_k: None
    assert _problems(session, f"Enter-PSSession -VMName {name} -Credential $c") == [
        (f"{identifier},Microsoft.PowerShell.Commands.EnterPSSessionCommand", message)
    ]


def test_without_the_feature_there_are_no_containers(session):
    assert _problems(session, "New-PSSession -ContainerId abc -RunAsAdministrator") == [
        (
            f"CreateRemoteRunspaceForContainerFailed,{_NEW}",
            "The Containers feature may not be enabled on this machine.",
        )
    ]


def test_a_host_without_the_module_says_so():
    session = ConsoleSession()
    session.host.role.change_tools(frozenset(), frozenset({"Microsoft-Hyper-V-Management-PowerShell"}))
    bare = ConsoleSession(host=session.host)
    found = _problems(bare, f"{_CREDENTIAL}; New-PSSession -VMName x -Credential $c")
    assert found == [
        (
            f"HyperVModuleNotAvailable,{_NEW}",
            "The Hyper-V Module for Windows PowerShell is not available on this machine.",
        )
    ]


@pytest.mark.parametrize(
    ("parameters", "identifier", "part"),
    [
        ("-Authentication Basic", "-2144108368", "Requests must include user name and password when Basic"),
        (
            "-Authentication Basic -Credential $c",
            "-2144108322",
            "Unencrypted traffic is currently disabled in the client",
        ),
        ("-Authentication Digest -Credential $c", "AccessDenied", "not supported by the server"),
        (
            "-Authentication Credssp -Credential $c",
            "-2144108126",
            "CredSSP authentication is currently disabled",
        ),
        ("-Authentication Kerberos", "InvalidAuthentication", 'you cannot use "localhost"'),
        (
            "$env:COMPUTERNAME -Authentication Kerberos",
            "WorkgroupCannotUseKerberos",
            "not joined to a domain",
        ),
        (
            "-CertificateThumbprint ('A' * 40)",
            "-2144108328",
            "Certificate parameters are not valid when the HTTP",
        ),
        (
            "-Authentication Negotiate -Credential $c",
            "LogonFailure",
            "The user name or password is incorrect.",
        ),
    ],
)
def test_a_scheme_that_cannot_be_used_is_refused(session, parameters, identifier, part):
    ((found, text),) = _problems(session, f"New-PSSession {parameters}")
    assert found == f"{identifier},PSSessionOpenFailed"
    assert part in text


@pytest.mark.parametrize(
    "parameters", ["-ApplicationName other", "-ConnectionUri http://localhost:5985/other"]
)
def test_sessions_are_at_the_path_of_a_listener(session, parameters):
    ((found, text),) = _problems(session, f"New-PSSession {parameters}")
    assert found == "URLNotAvailable,PSSessionOpenFailed"
    assert "requested HTTP URL was not available" in text
    chosen = "$PSSessionApplicationName = 'other'; New-PSSession"
    assert _problems(session, chosen)[0][0] == "URLNotAvailable,PSSessionOpenFailed"
    session.host.winrm.listeners.change("*", "HTTP", {"URLPrefix": "other"})
    assert session.values(f"(New-PSSession {parameters}).State.ToString()") == ["Opened"]


def test_the_scheme_that_is_taken_opens_a_session(session):
    assert session.values("(New-PSSession -Authentication Negotiate).State.ToString()") == ["Opened"]
    session.values("Set-Item WSMan:\\localhost\\Service\\Auth\\Negotiate $false")
    ((found, text),) = _problems(session, "New-PSSession -Authentication Negotiate")
    assert found == "AccessDenied,PSSessionOpenFailed"
    assert text.startswith(
        "[localhost] Connecting to remote server localhost failed with the following error message : The WinRM client "
        "cannot process the request. The authentication mechanism requested by the client is not supported"
    )


@pytest.mark.parametrize(
    ("parameters", "parameter", "text"),
    [
        (
            "-CertificateThumbprint X -Credential $c",
            "CertificateThumbprint",
            "A CertificateThumbPrint cannot be specified when Credential is specified.",
        ),
        (
            "-Authentication NegotiateWithImplicitCredential -Credential $c",
            "Authentication",
            "A Credential cannot be specified when NegotiateWithImplicitCredential is specified.",
        ),
    ],
)
def test_what_excludes_each_other(session, parameters, parameter, text):
    assert _problems(session, f"New-PSSession {parameters}") == [
        (
            f"ParameterBindingFailed,{_NEW}",
            f'Cannot bind parameter \'{parameter}\' to the target. Exception setting "{parameter}": "{text}"',
        )
    ]


def test_a_certificate_stands_for_whom_a_mapping_names(session):
    session.host.accounts.create("mapped", "Pa55w.rd!", groups=("Administrators",))
    session.values("""
    $cert = New-SelfSignedCertificate -Subject CN=client -CertStoreLocation Cert:\\CurrentUser\\My `
        -TextExtension '2.5.29.19={text}CA=true' -KeyUsage CertSign
    Export-Certificate -Cert $cert -FilePath C:\\c.cer | Out-Null
    Import-Certificate C:\\c.cer -CertStoreLocation Cert:\\LocalMachine\\Root | Out-Null
    $open = { New-PSSession $env:COMPUTERNAME -UseSSL -CertificateThumbprint $cert.Thumbprint }""")

    ((found, _),) = _problems(session, "& $open")
    assert found == "AccessDenied,PSSessionOpenFailed"
    session.values("Set-Item WSMan:\\localhost\\Service\\Auth\\Certificate $true")
    ((found, text),) = _problems(session, "& $open")
    assert (found, "Access is denied." in text) == ("AccessDenied,PSSessionOpenFailed", True)

    session.host.winrm.certificate_mappings.create(
        session.values("$cert.Thumbprint")[0], "client", "*", {"UserName": "mapped", "Password": "Pa55w.rd!"}
    )
    assert session.values('"$(Invoke-Command (& $open) { $env:USERNAME })"') == ["mapped"]
    unknown = "New-PSSession $env:COMPUTERNAME -UseSSL -CertificateThumbprint ('B' * 40)"
    assert _problems(session, unknown)[0][0] == "-2144108361,PSSessionOpenFailed"


@pytest.mark.parametrize(
    ("address", "identifier"),
    [
        ("http://[bad/wsman", "CannotConvertArgumentNoMessage"),
        ("http://[bad]/wsman", "CannotConvertArgumentNoMessage"),
        ("http://a\u2100b/wsman", "CreateRemoteRunspaceFailed"),
    ],
)
def test_an_address_that_is_none_is_refused(session, address, identifier):
    ((found, _),) = _problems(session, f"New-PSSession -ConnectionUri '{address}'")
    assert found == f"{identifier},{_NEW}"
