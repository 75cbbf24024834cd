"""Protect-, Unprotect- and Get-CmsMessage."""

from __future__ import annotations

import base64
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from emulator.host.security.der import identifier, integer, sequence, set_of, value
from tests.powershell.modules.console_session import ConsoleSession

MAKE = "$d = New-SelfSignedCertificate -Subject CN=doc -Type DocumentEncryptionCert -CertStoreLocation Cert:\\CurrentUser\\My; "


@pytest.fixture
def session() -> ConsoleSession:
    return ConsoleSession()


def test_a_message_comes_back(session: ConsoleSession) -> None:
    script = f"""{MAKE} $m = 'Grüße', 'second' | Protect-CmsMessage -To cn=doc
    $m | Unprotect-CmsMessage; Unprotect-CmsMessage -Content "before $m after" -IncludeContext
    Protect-CmsMessage -To $d -Content text -OutFile C:\\m.txt; Unprotect-CmsMessage -Path C:\\m.txt
    $g = Get-CmsMessage -Path C:\\m.txt; $g.Recipients.IssuerName; $g.Recipients.SerialNumber -eq $d.SerialNumber
    Unprotect-CmsMessage -Content 'nothing' -IncludeContext"""
    assert session.values(script) == [
        *("Grüße\r\nsecond", "before Grüße\r\nsecond after", "text", "CN=doc", True, "nothing")
    ]


def test_openssl_opens_it(session: ConsoleSession, tmp_path: Path) -> None:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed")
    script = f"""{MAKE} 'for openssl' | Protect-CmsMessage -To $d.Thumbprint
    $p = ConvertTo-SecureString pw -AsPlainText -Force
    Export-PfxCertificate -Cert $d -FilePath C:\\d.pfx -Password $p | Out-Null"""
    (message,) = session.values(script)
    begin, *body, end = message.split("\r\n")
    assert (begin, end) == ("-----BEGIN CMS-----", "-----END CMS-----")
    (tmp_path / "m.der").write_bytes(base64.b64decode("".join(body)))
    (tmp_path / "d.pfx").write_bytes(session.host.filesystem.read("C:\\d.pfx"))
    pem = tmp_path / "d.pem"
    convert = [
        "pkcs12",
        "-legacy",
        "-in",
        str(tmp_path / "d.pfx"),
        "-passin",
        "pass:pw",
        "-nodes",
        "-out",
        str(pem),
    ]
    subprocess.run([openssl, *convert], check=True, capture_output=True)
    opening = ["cms", "-decrypt", "-inform", "DER", "-in", str(tmp_path / "m.der"), "-recip", str(pem)]
    opened = subprocess.run([openssl, *opening], check=True, capture_output=True)
    assert opened.stdout.decode().strip() == "for openssl"


def test_who_cannot_be_a_recipient(session: ConsoleSession) -> None:
    error_id, category, message = session.error("Protect-CmsMessage -To cn=nobody -Content x")
    assert error_id == "NoCertificateFound,Microsoft.PowerShell.Commands.ProtectCmsMessageCommand"
    assert category == "ObjectNotFound"
    assert message.startswith(
        "Cannot load encryption certificate. The certificate setting 'cn=nobody' does not"
    )
    make = "New-SelfSignedCertificate -DnsName web -CertStoreLocation Cert:\\CurrentUser\\My | Out-Null; "
    error_id, _, message = session.error(f"{make} Protect-CmsMessage -To cn=web -Content x")
    assert error_id.startswith("CertificateCannotBeUsedForEncryption,")
    assert "(1.3.6.1.4.1.311.80.1)" in message


def test_other_users_cannot_read(session: ConsoleSession) -> None:
    (message,) = session.values(f"{MAKE} Protect-CmsMessage -To $d -Content x")
    bob = ConsoleSession(user="bob", host=session.host, shells=session.shells)
    error_id, _, text = bob.error(f"Unprotect-CmsMessage -Content @'\n{message}\n'@")
    assert error_id.startswith("System.Security.Cryptography.CryptographicException,")
    assert text.strip() == "The enveloped-data message does not contain the specified recipient."


def test_what_is_no_message(session: ConsoleSession) -> None:
    assert session.error("Get-CmsMessage 'text'")[0].startswith("InputContainedNoEncryptedContent,")
    broken = "-----BEGIN CMS-----`r`nAAAA`r`n-----END CMS-----"
    for cmdlet in ("Get-CmsMessage", "Unprotect-CmsMessage -Content"):
        assert "ASN1" in session.error(f'{cmdlet} "{broken}"')[2]


def test_messages_with_parts_missing(session: ConsoleSession) -> None:
    wrong_name = sequence(integer(0), sequence(integer(5), integer(7)))
    contents = (
        b"",
        sequence(integer(0)),
        *(sequence(integer(0), set_of(one)) for one in (wrong_name, sequence())),
    )
    for content in contents:
        data = base64.b64encode(sequence(identifier("1.2.840.113549.1.7.3"), value(0xA0, content))).decode()
        for command in ("Get-CmsMessage", "Unprotect-CmsMessage"):
            text = session.error(f"'-----BEGIN CMS-----{data}-----END CMS-----' | {command}")[2]
            assert text == "ASN1 bad tag value met.\r\n", content


def test_a_recipient_with_a_negative_number(session: ConsoleSession) -> None:
    recipient = sequence(integer(0), sequence(sequence(), value(0x02, b"\xff")))
    content = sequence(integer(0), set_of(recipient))
    data = base64.b64encode(sequence(identifier("1.2.840.113549.1.7.3"), value(0xA0, content))).decode()
    script = f"('-----BEGIN CMS-----{data}-----END CMS-----' | Get-CmsMessage).Recipients[0].SerialNumber"
    assert session.values(script) == ["FF"]


def test_many_beginnings_without_an_end_take_no_time(session: ConsoleSession) -> None:
    started = time.perf_counter()
    text = session.error("('-----BEGIN CMS-----' * 100000) | Get-CmsMessage")[2]
    assert text.startswith("Cannot unprotect message. The input contained no encrypted content.")
    session.host.filesystem.write("C:\\many.cer", b"-----BEGIN CERTIFICATE-----" * 100_000)
    session.error("Get-PfxCertificate C:\\many.cer")
    assert time.perf_counter() - started < 5


def test_a_message_of_other_characters(session: ConsoleSession) -> None:
    text = session.error('"-----BEGIN CMS-----$([char]0xE4)-----END CMS-----" | Get-CmsMessage')[2]
    assert text.startswith("Cannot unprotect message. The input contained no encrypted content.")
