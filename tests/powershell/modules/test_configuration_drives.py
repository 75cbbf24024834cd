"""The drives WSMan: and Cert:."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from emulator.host.security.certificates import Certificate
from tests.powershell.modules.console_session import ConsoleSession


@pytest.fixture
def session() -> ConsoleSession:
    return ConsoleSession()


def failure(session: ConsoleSession, script: str) -> Any:
    result = session.runspace.run(script)
    problems = [*result.errors, *([result.failure] if result.failure else [])]
    assert len(problems) == 1, [one.message for one in problems]
    return problems[0]


def test_the_top_shows_settings_and_containers(session: ConsoleSession) -> None:
    shown = session.shown("dir WSMan:\\localhost").split("\n")
    assert shown[0].strip() == "WSManConfig: Microsoft.WSMan.Management\\WSMan::localhost"
    assert [line.split()[1] for line in shown[4:]] == [
        *("MaxEnvelopeSizekb", "MaxTimeoutms", "MaxBatchItems", "MaxProviderRequests"),
        *("Client", "Service", "Shell", "Listener", "Plugin", "ClientCertificate"),
    ]


def test_listeners_have_the_names_that_every_machine_gives_them(session: ConsoleSession) -> None:
    script = "dir WSMan:\\localhost\\Listener | % { $_.Name; $_.Keys -join ' ' }"
    assert session.values(script) == [
        *("Listener_1084132640", "Transport=HTTP Address=*"),
        *("Listener_1305953032", "Transport=HTTPS Address=*"),
    ]


def test_a_setting_is_changed_on_the_machine(session: ConsoleSession) -> None:
    session.values("Set-Item WSMan:\\localhost\\Service\\AllowUnencrypted $true")
    session.values("cd WSMan:\\localhost\\Service\\Auth; Set-Item Basic true")
    session.values(
        "Set-Item WSMan:\\localhost\\MaxTimeoutms 90000; Set-Item WSMan:\\localhost\\Shell\\IdleTimeout 90000"
    )
    assert session.host.winrm.allow_unencrypted is True
    assert session.host.winrm.value("Service/Auth/Basic") is True
    assert session.host.winrm.value("MaxTimeoutms") == 90000
    assert session.host.winrm.value("Winrs/IdleTimeout") == 90000


def test_trusted_hosts_are_asked_for_and_joined(session: ConsoleSession) -> None:
    path = "WSMan:\\localhost\\Client\\TrustedHosts"
    assert "NonInteractive" in failure(session, f"Set-Item {path} a").message
    session.values(f"Set-Item {path} -Value a,b -Force; Set-Item {path} -Value c,A.x -Concatenate -Force")
    assert session.host.winrm.value("Client/TrustedHosts") == "a,b,c,A.x"
    session.values(f"Clear-Item {path} -Force")
    assert session.values(f"(Get-Item {path}).Value") == [""]


@pytest.mark.parametrize(
    ("path", "value"),
    [("MaxTimeoutms", "soon"), ("Service\\MaxProviderRequests", "5"), ("Service\\Auth\\Basic", "maybe")],
)
def test_a_bad_value_is_refused_and_changes_nothing(session: ConsoleSession, path: str, value: str) -> None:
    before = session.values(f"dir WSMan:\\localhost\\{path.rpartition(chr(92))[0]} | % {{ $_.Value }}")
    result = session.runspace.run(f"Set-Item WSMan:\\localhost\\{path} {value}")
    assert result.errors
    assert (
        session.values(f"dir WSMan:\\localhost\\{path.rpartition(chr(92))[0]} | % {{ $_.Value }}") == before
    )


def test_listeners_are_removed_and_made(session: ConsoleSession) -> None:
    session.host.certificates.add(Certificate("AB" * 20, session.host.name, names=(session.host.name,)))
    session.values("Remove-Item WSMan:\\localhost\\Listener\\Listener_1305953032 -Recurse")
    assert [one.transport for one in session.host.winrm.listeners] == ["HTTP"]
    script = (
        "New-Item WSMan:\\localhost\\Listener -Transport HTTPS -Address * -Port 5999 "
        f"-CertificateThumbPrint {'AB' * 20} -Force | % {{ $_.Keys }}"
    )
    assert session.values(script) == ["Transport=HTTPS", "Address=*"]
    assert session.host.winrm.listeners.get("*", "HTTPS").port == 5999


def test_a_quota_of_a_session_configuration_is_changed(session: ConsoleSession) -> None:
    path = "WSMan:\\localhost\\Plugin\\microsoft.powershell\\Quotas\\MaxMemoryPerShellMB"
    session.values(f"Set-Item {path} 1024")
    assert session.host.winrm.plugins.get("microsoft.powershell").quotas["MaxMemoryPerShellMB"] == 1024
    assert session.values(f"(Get-Item {path}).Value") == ["1024"]


def test_what_cannot_be_changed_here_says_so(session: ConsoleSession) -> None:
    found = failure(session, "New-Item WSMan:\\localhost\\Plugin -Transport x -Force")
    assert "not emulated" in found.message


def test_parameters_of_the_drive_are_unknown_elsewhere(session: ConsoleSession) -> None:
    found = failure(session, "New-Item C:\\x.txt -Port 5")
    assert found.message == "A parameter cannot be found that matches parameter name 'Port'."
    assert session.values("Test-Path C:\\x.txt") == [False]


def test_a_path_that_is_not_there(session: ConsoleSession) -> None:
    assert session.values("Test-Path WSMan:\\localhost\\Nope; Test-Path WSMan:\\other") == [False, False]
    assert "does not exist" in failure(session, "Get-Item WSMan:\\localhost\\Nope").message


def test_without_the_service_nothing_is_shown(session: ConsoleSession) -> None:
    session.values("Stop-Service WinRM -Force")
    assert "cannot connect" in failure(session, "Get-ChildItem WSMan:\\localhost").message


def test_other_users_are_refused() -> None:
    session = ConsoleSession(user="bob")
    assert failure(session, "Get-ChildItem WSMan:\\localhost").message == "Access is denied."


def test_certificates_of_the_machine_are_listed(session: ConsoleSession) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "web.example")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(255)
        .not_valid_before(datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC))
        .not_valid_after(datetime.datetime(2030, 1, 1, tzinfo=datetime.UTC))
        .add_extension(x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    thumbprint = made.fingerprint(hashes.SHA1()).hex().upper()
    session.host.certificates.add(
        Certificate(
            thumbprint, "web.example", names=("web.example",), encoded=made.public_bytes(Encoding.DER)
        )
    )
    shown = session.shown("Get-ChildItem Cert:\\LocalMachine\\My")
    assert f"{thumbprint}  CN=web.example" in shown
    assert "PSParentPath: Microsoft.PowerShell.Security\\Certificate::LocalMachine\\My" in shown
    script = f"""$c = Get-Item Cert:\\LocalMachine\\My\\{thumbprint.lower()}
    $c.Subject; $c.SerialNumber; $c.NotAfter.Year; $c.DnsNameList.Unicode; $c.EnhancedKeyUsageList.FriendlyName; $c.Version
    $c.GetNameInfo('SimpleName', $false); $c -is [System.Security.Cryptography.X509Certificates.X509Certificate2]"""
    assert session.values(script) == [
        *("CN=web.example", "00FF", 2030, "web.example"),
        *("Server Authentication", 3, "web.example", True),
    ]


def test_stores_and_what_is_not_there(session: ConsoleSession) -> None:
    assert session.values("(dir Cert:\\).Location -join ' '; Test-Path Cert:\\LocalMachine\\Nope") == [
        "CurrentUser LocalMachine",
        False,
    ]
    assert session.values("Test-Path Cert:\\CurrentUser\\My; @(dir Cert:\\CurrentUser\\My).Count") == [
        True,
        0,
    ]
    session.host.certificates.add(Certificate("CD" * 20, "old"))
    path = f"Cert:\\LocalMachine\\My\\{'CD' * 20}"
    assert session.values(f"Test-Path {path}; Remove-Item {path}; Test-Path {path}") == [True, False]


def test_the_drives_are_listed(session: ConsoleSession) -> None:
    assert session.values("(Get-PSDrive -PSProvider WSMan, Certificate).Name") == ["Cert", "WSMan"]
