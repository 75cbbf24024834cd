"""Signed scripts, and the execution policies that look at signatures."""

from __future__ import annotations

import base64
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import load_der_private_key
from cryptography.x509 import load_der_x509_certificate

from emulator.host.security.der import integer, sequence
from emulator.host.security.script_signatures import digest_of, unsigned_text, with_signature
from emulator.host.security.signed_data import signed
from tests.powershell.modules.console_session import ConsoleSession

MAKE = """$c = New-SelfSignedCertificate -Subject CN=signer -Type CodeSigningCert -CertStoreLocation Cert:\\LocalMachine\\My
Set-Content C:\\s.ps1 "'hello'"; Set-Content C:\\other.ps1 "'other'"
"""
SIGN = "Set-AuthenticodeSignature C:\\s.ps1 $c | Out-Null; "
TRUST = """Export-Certificate -Cert $c -FilePath C:\\c.cer | Out-Null
Import-Certificate C:\\c.cer -CertStoreLocation Cert:\\LocalMachine\\Root | Out-Null
"""
PUBLISHER = (
    "Import-Certificate C:\\c.cer -CertStoreLocation Cert:\\LocalMachine\\TrustedPublisher | Out-Null\n"
)
STATUS = "(Get-AuthenticodeSignature C:\\s.ps1).Status.ToString()"


@pytest.fixture
def session() -> ConsoleSession:
    return ConsoleSession()


def test_a_script_is_signed_and_changed(session: ConsoleSession) -> None:
    script = f"{MAKE} {STATUS}; {SIGN} {STATUS}; {TRUST} {STATUS}; (Get-AuthenticodeSignature C:\\s.ps1).SignerCertificate.Subject"
    assert session.values(script) == ["NotSigned", "UnknownError", "Valid", "CN=signer"]
    session.values(
        "$t = Get-Content C:\\s.ps1 -Raw; Set-Content C:\\s.ps1 $t.Replace('hello', 'evil') -NoNewline"
    )
    assert session.values(
        f"{STATUS}; (Get-AuthenticodeSignature C:\\s.ps1).StatusMessage.Substring(0, 26)"
    ) == [
        "HashMismatch",
        "The contents of file C:\\s.",
    ]
    assert session.values(
        f"Set-AuthenticodeSignature C:\\s.ps1 $c -HashAlgorithm SHA256 | Out-Null; {STATUS}"
    ) == ["Valid"]


def test_the_block_has_the_form_of_windows(session: ConsoleSession, tmp_path: Path) -> None:
    session.values(MAKE + SIGN)
    text = session.host.filesystem.read("C:\\s.ps1").decode()
    content, block = text.split("# SIG # Begin signature block\r\n")
    assert content == "'hello'\r\n\r\n"
    assert block.endswith("# SIG # End signature block\r\n")
    lines = block.split("\r\n")[:-2]
    assert all(re.fullmatch("# [A-Za-z0-9+/=]{1,64}", line) for line in lines)
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed")
    path = tmp_path / "signature.der"
    path.write_bytes(base64.b64decode("".join(line[2:] for line in lines)))
    command = [openssl, "pkcs7", "-inform", "DER", "-in", str(path), "-print_certs", "-noout"]
    assert "signer" in subprocess.run(command, capture_output=True, check=True, text=True).stdout


def test_a_signature_with_what_is_no_certificate_cannot_be_judged(session: ConsoleSession) -> None:
    session.values(f"{MAKE} {SIGN}")
    files = session.host.filesystem
    signer = load_der_x509_certificate(session.host.certificates.own()[-1].encoded)
    key = load_der_private_key(session.host.certificates.own()[-1].key, None)
    data = files.read("C:\\s.ps1")
    digest = digest_of(unsigned_text(data, "C:\\s.ps1"), "sha256")
    made = signed(digest, "sha256", signer, key, [sequence(integer(1))])
    files.write("C:\\s.ps1", with_signature(data, "C:\\s.ps1", made))
    assert session.values(STATUS) == ["UnknownError"]


def test_encodings_and_other_kinds_of_files(session: ConsoleSession) -> None:
    script = f"""{MAKE} {TRUST} Set-Content C:\\u.psm1 "'Grüße'" -Encoding Unicode; Set-Content C:\\x.ps1xml '<Types></Types>' -Encoding UTF8
    Set-AuthenticodeSignature C:\\u.psm1, C:\\x.ps1xml $c | ForEach-Object {{ $_.Status.ToString() }}
    Set-Content C:\\t.txt 'a text'; (Get-AuthenticodeSignature C:\\t.txt).Status.ToString()
    (Set-AuthenticodeSignature C:\\t.txt $c).StatusMessage; (Get-Content C:\\x.ps1xml)[2]
    (Get-AuthenticodeSignature -SourcePathOrExtension .ps1 -Content ([Text.Encoding]::UTF8.GetBytes("'x'"))).Status.ToString()"""
    assert session.values(script) == [
        *("Valid", "Valid", "UnknownError"),
        "Cannot sign the file because the system does not support signing operations on .txt files.",
        *("<!-- SIG # Begin signature block -->", "NotSigned"),
    ]


def test_other_certificates_cannot_sign(session: ConsoleSession) -> None:
    session.values(MAKE)
    make = "$w = New-SelfSignedCertificate -DnsName w -CertStoreLocation Cert:\\LocalMachine\\My; "
    error_id, _, message = session.error(f"{make} Set-AuthenticodeSignature C:\\s.ps1 $w")
    assert error_id == "Argument,Microsoft.PowerShell.Commands.SetAuthenticodeSignatureCommand"
    assert message == "Cannot sign code. The specified certificate is not suitable for code signing."
    assert "not emulated" in session.error("Set-Content C:\\p.exe MZ; Get-AuthenticodeSignature C:\\p.exe")[2]


def test_a_distrusted_signer(session: ConsoleSession) -> None:
    script = f"{MAKE} {SIGN} {TRUST} Import-Certificate C:\\c.cer -CertStoreLocation Cert:\\LocalMachine\\Disallowed | Out-Null; {STATUS}"
    assert session.values(script) == ["NotTrusted"]


def test_all_signed_runs_what_trusted_publishers_have_signed(session: ConsoleSession) -> None:
    session.values(f"{MAKE} {SIGN} {TRUST} Set-ExecutionPolicy AllSigned -Scope LocalMachine -Force")
    assert "is not digitally signed" in session.error("C:\\other.ps1")[2]
    assert "publisher is not trusted" in session.error("C:\\s.ps1")[2]
    session.values(PUBLISHER)
    assert session.values("C:\\s.ps1") == ["hello"]
    session.values("Add-Content C:\\s.ps1 'more'")
    assert "cannot be loaded" in session.error("C:\\s.ps1")[2]


def test_remote_signed_looks_at_files_of_the_internet(session: ConsoleSession) -> None:
    session.values(
        f"{MAKE} {SIGN} {TRUST} {PUBLISHER} Set-ExecutionPolicy RemoteSigned -Scope LocalMachine -Force"
    )
    mark = "Set-Content {0} -Stream Zone.Identifier -Value '[ZoneTransfer]', 'ZoneId=3'; "
    session.values(mark.format("C:\\s.ps1") + mark.format("C:\\other.ps1"))
    assert session.values("C:\\s.ps1") == ["hello"]
    assert "is not digitally signed" in session.error("C:\\other.ps1")[2]


def test_pfx_files_ask_for_their_password(session: ConsoleSession) -> None:
    session.values(f"""{MAKE} $p = ConvertTo-SecureString pw -AsPlainText -Force
    Export-PfxCertificate -Cert $c -FilePath C:\\a.pfx -Password $p | Out-Null
    Export-Certificate -Cert $c -FilePath C:\\a.cer | Out-Null""")
    assert session.values("(Get-PfxCertificate C:\\a.cer).Subject") == ["CN=signer"]
    assert session.error("Get-PfxCertificate C:\\a.pfx")[0].startswith("GetPfxCertificateUnknownCryptoError,")


def test_modules_of_sessions_are_signed(session: ConsoleSession) -> None:
    script = f"""{MAKE} {TRUST} $s = New-PSSession
    $null = Export-PSSession $s -OutputModule C:\\m\\Far -CommandName Get-Service -AllowClobber -Certificate $c
    (Get-ChildItem C:\\m\\Far | Get-AuthenticodeSignature).Status -join ' '; Remove-PSSession $s"""
    assert session.values(script) == ["Valid Valid Valid"]


def test_descriptors_of_objects(session: ConsoleSession) -> None:
    script = """$o = New-Object psobject; $o | Add-Member ScriptMethod GetSecurityDescriptor { Get-Acl C:\\Windows }
    (Get-Acl -InputObject $o).GetType().Name"""
    assert session.values(script) == ["DirectorySecurity"]
    error_id, category, message = session.error("Get-Acl -InputObject 5")
    assert error_id == "GetAcl_OperationNotSupported,Microsoft.PowerShell.Commands.GetAclCommand"
    assert category == "NotImplemented"
    assert (
        message == "Cannot get the ACL because the necessary method, GetSecurityDescriptor, does not exist."
    )
