"""SecureStrings as texts and in files: under a key, and under the machine's data protection."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from emulator.host import Host
from emulator.profile import load
from tests.powershell.modules.console_session import ConsoleSession

HEADER = "76492d1116743f0423413b16050a5345"
CLEAR = "[Net.NetworkCredential]::new('', {0}).Password"
SECRET = "$s = ConvertTo-SecureString 'Grüße 1!' -AsPlainText -Force; "
CRYPTOGRAPHIC = "System.Security.Cryptography.CryptographicException"


@pytest.fixture
def session() -> ConsoleSession:
    return ConsoleSession()


@pytest.fixture
def other_machine() -> ConsoleSession:
    return ConsoleSession("windows-server-2019-datacenter")


def _written_elsewhere(text: str, key: bytes, vector: bytes) -> str:
    """What Windows writes, by the library alone."""
    padder = PKCS7(128).padder()
    padded = padder.update(text.encode("utf-16-le")) + padder.finalize()
    cipher = Cipher(algorithms.AES(key), modes.CBC(vector)).encryptor()
    data = (cipher.update(padded) + cipher.finalize()).hex()
    package = f"2|{base64.b64encode(vector).decode()}|{data}"
    return HEADER + base64.b64encode(package.encode("utf-16-le")).decode()


@pytest.mark.parametrize("length", [16, 24, 32])
def test_a_text_under_a_key_is_read_by_others(session: ConsoleSession, length: int) -> None:
    key = bytes(range(length))
    (text,) = session.values(f"{SECRET} ConvertFrom-SecureString $s -Key (0..{length - 1})")
    assert text.startswith(HEADER)
    version, vector, data = base64.b64decode(text[len(HEADER) :]).decode("utf-16-le").split("|")
    cipher = Cipher(algorithms.AES(key), modes.CBC(base64.b64decode(vector))).decryptor()
    padded = cipher.update(bytes.fromhex(data)) + cipher.finalize()
    unpadder = PKCS7(128).unpadder()
    assert version == "2"
    assert (unpadder.update(padded) + unpadder.finalize()).decode("utf-16-le") == "Grüße 1!"


def test_a_text_of_windows_is_read(session: ConsoleSession) -> None:
    text = _written_elsewhere("from Windows", bytes(range(1, 25)), bytes(range(16)))
    clear = CLEAR.format("$s")
    assert session.values(f"$s = '{text}' | ConvertTo-SecureString -Key (1..24); {clear}") == ["from Windows"]


def test_a_key_may_be_secure(session: ConsoleSession) -> None:
    script = f"""{SECRET} $k = ConvertTo-SecureString '0123456789abcdef' -AsPlainText -Force
    $t = $s | ConvertFrom-SecureString -SecureKey $k
    {CLEAR.format("(ConvertTo-SecureString $t -SecureKey $k)")}
    {CLEAR.format("(ConvertTo-SecureString $t -Key ([Text.Encoding]::Unicode.GetBytes('0123456789abcdef')))")}"""
    assert session.values(script) == ["Grüße 1!", "Grüße 1!"]


def test_another_key_is_refused(session: ConsoleSession) -> None:
    text = _written_elsewhere("secret", bytes(16), bytes(16))
    error_id, _, message = session.error(f"ConvertTo-SecureString '{text}' -Key (1..16)")
    assert error_id == (
        "ImportSecureString_InvalidArgument_CryptographicError,"
        "Microsoft.PowerShell.Commands.ConvertToSecureStringCommand"
    )
    assert message == "Padding is invalid and cannot be removed."


def test_a_key_has_one_of_three_lengths(session: ConsoleSession) -> None:
    text = "The specified key is not valid. Valid key length settings are either 128 bits, 192 bits, or 256 bits."
    error_id, category, message = session.error(f"{SECRET} ConvertFrom-SecureString $s -Key (1..10)")
    assert (error_id, category, message) == (
        "Argument,Microsoft.PowerShell.Commands.ConvertFromSecureStringCommand",
        "InvalidArgument",
        text,
    )
    error_id, _, message = session.error("ConvertTo-SecureString 'ab' -Key (1..10)")
    assert error_id.startswith("ImportSecureString_InvalidArgument,")
    assert message == text


def test_what_is_no_encrypted_text(session: ConsoleSession) -> None:
    error_id, _, message = session.error("ConvertTo-SecureString 'abc'")
    assert error_id.startswith("ImportSecureString_InvalidArgument,")
    assert message == 'The parameter value "abc" is not a valid encrypted string.'
    error_id, _, message = session.error("ConvertTo-SecureString 'wxyz'")
    assert error_id.startswith("System.FormatException,")
    assert message == "Input string was not in a correct format."
    error_id, _, message = session.error("ConvertTo-SecureString 'abcd'")
    assert error_id.startswith("ImportSecureString_InvalidArgument_CryptographicError,")
    assert message.strip() == "The data is invalid."


def test_an_empty_one_cannot_be_written(session: ConsoleSession) -> None:
    error_id, _, message = session.error("ConvertFrom-SecureString ([Security.SecureString]::new())")
    assert error_id == "Argument,Microsoft.PowerShell.Commands.ConvertFromSecureStringCommand"
    assert message.startswith(
        'Cannot process argument because the value of argument "SecureString" is not valid.'
    )


def test_without_a_key_the_same_user_reads_it_again(session: ConsoleSession) -> None:
    (text,) = session.values(f"{SECRET} $s | ConvertFrom-SecureString")
    assert text.startswith("01000000d08c9ddf0115d1118c7a00c04fc297eb01000000")
    again = ConsoleSession(host=session.host, shells=session.shells)
    assert again.values(CLEAR.format(f"('{text}' | ConvertTo-SecureString)")) == ["Grüße 1!"]
    restarted = ConsoleSession(host=Host(load("windows-server-2022-datacenter"), clock_mode="manual"))
    assert restarted.values(CLEAR.format(f"('{text}' | ConvertTo-SecureString)")) == ["Grüße 1!"]


def test_nobody_else_reads_it(session: ConsoleSession, other_machine: ConsoleSession) -> None:
    (text,) = session.values(f"{SECRET} $s | ConvertFrom-SecureString")
    bob = ConsoleSession(user="bob", host=session.host, shells=session.shells)
    for one in (bob, other_machine):
        error_id, category, message = one.error(f"ConvertTo-SecureString '{text}'")
        assert error_id.startswith("ImportSecureString_InvalidArgument_CryptographicError,")
        assert category == "InvalidArgument"
        assert message == "Key not valid for use in specified state.\r\n"


def test_files_of_objects_keep_secrets(session: ConsoleSession, other_machine: ConsoleSession) -> None:
    script = f"""{SECRET} $c = [pscredential]::new('adm', $s)
    @{{ one = $c; two = $s }} | Export-Clixml C:\\secret.xml
    $r = Import-Clixml C:\\secret.xml
    $r.one.UserName; $r.one.GetType().Name; $r.one.GetNetworkCredential().Password; {CLEAR.format("$r.two")}"""
    assert session.values(script) == ["adm", "PSCredential", "Grüße 1!", "Grüße 1!"]
    (text,) = session.values("Get-Content C:\\secret.xml -Raw")
    assert '<SS N="Password">01000000d08c9ddf' in text
    other_machine.values(f"Set-Content C:\\secret.xml -Value @'\n{text}\n'@ -Encoding Unicode")
    error_id, category, message = other_machine.error("Import-Clixml C:\\secret.xml")
    assert error_id == f"{CRYPTOGRAPHIC},Microsoft.PowerShell.Commands.ImportClixmlCommand"
    assert category == "NotSpecified"
    assert message.strip() == "Key not valid for use in specified state."


def test_the_serializer_protects_too(session: ConsoleSession) -> None:
    script = f"""{SECRET} $t = [Management.Automation.PSSerializer]::Serialize($s)
    $t -match '<SS>01000000d08c9ddf'; {CLEAR.format("[Management.Automation.PSSerializer]::Deserialize($t)")}"""
    assert session.values(script) == [True, "Grüße 1!"]


def test_protected_data_of_users_and_of_the_machine(session: ConsoleSession) -> None:
    script = """Add-Type -AssemblyName System.Security
    $d = [Text.Encoding]::UTF8.GetBytes('data'); $e = [byte[]](1, 2)
    [Convert]::ToBase64String([Security.Cryptography.ProtectedData]::Protect($d, $e, 'CurrentUser'))
    [Convert]::ToBase64String([Security.Cryptography.ProtectedData]::Protect($d, $null, 'LocalMachine'))"""
    of_user, of_machine = session.values(script)
    read = "[Text.Encoding]::UTF8.GetString([Security.Cryptography.ProtectedData]::Unprotect("
    own = f"{read}[Convert]::FromBase64String('{of_user}'), [byte[]](1, 2), 'CurrentUser'))"
    assert session.values(own) == ["data"]
    wrong = f"{read}[Convert]::FromBase64String('{of_user}'), $null, 'CurrentUser'))"
    assert "The data is invalid." in session.error(wrong)[2]
    bob = ConsoleSession(user="bob", host=session.host, shells=session.shells)
    assert bob.values(f"{read}[Convert]::FromBase64String('{of_machine}'), $null, 'LocalMachine'))") == [
        "data"
    ]
    error_id, _, message = bob.error(own)
    assert error_id == "CryptographicException"
    assert "Key not valid for use in specified state." in message


def test_a_changed_blob_is_refused(session: ConsoleSession) -> None:
    script = f"{SECRET} $t = ConvertFrom-SecureString $s; $t.Substring(0, $t.Length - 2) + '00'"
    (text,) = session.values(f"{script} -replace '00$', 'zz'")
    last = "0" if text[-3] != "0" else "1"
    changed = text[:-2].removesuffix(text[-3]) + last + "00"
    assert session.error(f"ConvertTo-SecureString '{changed}'")[2].strip() == "The data is invalid."


def test_memory_is_protected_in_place(session: ConsoleSession) -> None:
    script = """$m = [byte[]](1..16); [Security.Cryptography.ProtectedMemory]::Protect($m, 'SameProcess')
    ($m -join ' ') -eq (1..16 -join ' ')
    [Security.Cryptography.ProtectedMemory]::Unprotect($m, 'SameProcess'); $m -join ' '
    try { [Security.Cryptography.ProtectedMemory]::Protect([byte[]](1..5), 'SameLogon') }
    catch { $_.Exception.InnerException.GetType().Name }"""
    assert session.values(script) == [False, " ".join(map(str, range(1, 17))), "CryptographicException"]


def test_secure_strings_in_unmanaged_memory(session: ConsoleSession) -> None:
    script = f"""{SECRET} $m = [Runtime.InteropServices.Marshal]
    $b = $m::SecureStringToBSTR($s); $m::PtrToStringBSTR($b); $m::ZeroFreeBSTR($b)
    $p = $m::SecureStringToCoTaskMemUnicode($s); $m::PtrToStringUni($p); $m::ZeroFreeCoTaskMemUnicode($p)"""
    assert session.values(script) == ["Grüße 1!", "Grüße 1!"]
