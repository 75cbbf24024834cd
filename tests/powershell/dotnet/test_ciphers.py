"""System.Security.Cryptography: ciphers, RSA keys, random bytes and derived keys, beside Python's libraries."""

from __future__ import annotations

import base64
import hashlib
import hmac

import pytest
from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from tests.powershell.modules.console_session import ConsoleSession

TEXT = "$d = [Text.Encoding]::UTF8.GetBytes('the quick brown fox jumps over'); "
PLAIN = b"the quick brown fox jumps over"
SHOW = "[Convert]::ToBase64String($t.TransformFinalBlock($d, 0, $d.Length))"


@pytest.fixture
def session() -> ConsoleSession:
    return ConsoleSession()


def reference(algorithm: algorithms.AES | TripleDES, mode: modes.CBC | modes.ECB) -> str:
    padder = PKCS7(algorithm.block_size).padder()
    padded = padder.update(PLAIN) + padder.finalize()
    cipher = Cipher(algorithm, mode).encryptor()
    return base64.b64encode(cipher.update(padded) + cipher.finalize()).decode()


@pytest.mark.parametrize("name", ["AesManaged", "AesCryptoServiceProvider", "RijndaelManaged"])
def test_aes(session: ConsoleSession, name: str) -> None:
    script = f"""{TEXT} $a = New-Object Security.Cryptography.{name}; $a.KeySize; $a.BlockSize; $a.Key.Length; $a.Mode.ToString()
    $a.Key = [byte[]](1..24); $a.IV = [byte[]](1..16); $t = $a.CreateEncryptor(); {SHOW}; {SHOW}
    $a.Mode = 'ECB'; $t = $a.CreateEncryptor(); {SHOW}"""
    key, iv = bytes(range(1, 25)), bytes(range(1, 17))
    chained = reference(algorithms.AES(key), modes.CBC(iv))
    assert session.values(script) == [
        256,
        128,
        32,
        "CBC",
        chained,
        chained,
        reference(algorithms.AES(key), modes.ECB()),  # noqa: S305 - that is what is tested
    ]


def test_triple_des(session: ConsoleSession) -> None:
    script = f"""{TEXT} $a = [Security.Cryptography.TripleDES]::Create(); $a.Key = [byte[]](1..24); $a.IV = [byte[]](1..8)
    $t = $a.CreateEncryptor(); {SHOW}"""
    assert session.values(script) == [
        reference(TripleDES(bytes(range(1, 25))), modes.CBC(bytes(range(1, 9))))
    ]
    assert "known weak key" in session.error("$a.Key = [byte[]](@(1) * 24)")[2]


def test_streams_in_both_directions(session: ConsoleSession) -> None:
    script = f"""{TEXT} $a = [Security.Cryptography.Aes]::Create(); $m = New-Object IO.MemoryStream
    $s = New-Object Security.Cryptography.CryptoStream $m, $a.CreateEncryptor(), ([Security.Cryptography.CryptoStreamMode]::Write)
    foreach ($b in $d) {{ $s.WriteByte($b) }}; $s.FlushFinalBlock(); $s.HasFlushedFinalBlock; $m.Length
    $m.Position = 0; $r = New-Object Security.Cryptography.CryptoStream $m, $a.CreateDecryptor(), 'Read'
    (New-Object IO.StreamReader $r).ReadToEnd()
    $e = $a.CreateEncryptor(); $o = New-Object byte[] 32; $e.TransformBlock($d, 0, 16, $o, 0); $e.TransformFinalBlock($d, 16, 14).Length"""
    assert session.values(script) == [True, 32, PLAIN.decode(), 16, 16]


@pytest.mark.parametrize(
    ("padding_mode", "length"), [("PKCS7", 32), ("ANSIX923", 32), ("ISO10126", 32), ("Zeros", 32)]
)
def test_paddings(session: ConsoleSession, padding_mode: str, length: int) -> None:
    script = f"""{TEXT} $a = [Security.Cryptography.Aes]::Create(); $a.Padding = '{padding_mode}'
    $c = $a.CreateEncryptor().TransformFinalBlock($d, 0, $d.Length); $c.Length
    [Text.Encoding]::UTF8.GetString($a.CreateDecryptor().TransformFinalBlock($c, 0, $c.Length)).TrimEnd([char]0)"""
    assert session.values(script) == [length, PLAIN.decode()]


def test_what_ciphers_refuse(session: ConsoleSession) -> None:
    session.values("$a = [Security.Cryptography.Aes]::Create(); $d = [byte[]](1..16)")
    assert (
        "Specified key is not a valid size for this algorithm." in session.error("$a.Key = [byte[]](1..5)")[2]
    )
    assert "Specified initialization vector (IV)" in session.error("$a.IV = [byte[]](1..5)")[2]
    assert (
        "Padding is invalid"
        in session.error(
            "$k = [byte[]](1..32); $v = [byte[]](1..16); $a.CreateDecryptor($k, $v).TransformFinalBlock($d, 0, 16)"
        )[2]
    )
    assert (
        "Length of the data to decrypt"
        in session.error("$a.CreateDecryptor().TransformFinalBlock($d, 0, 5)")[2]
    )
    assert "not emulated" in session.error("$a.Mode = 'CFB'; $a.CreateEncryptor()")[2]


def test_rsa_beside_the_library(session: ConsoleSession) -> None:
    script = f"""{TEXT} $k = New-Object Security.Cryptography.RSACryptoServiceProvider 2048; $k.KeySize; $k.PublicOnly
    $k.ToXmlString($false); [Convert]::ToBase64String($k.SignData($d, 'SHA256'))"""
    size, is_public, xml, signature = session.values(script)
    assert (size, is_public) == (2048, False)
    modulus = int.from_bytes(base64.b64decode(xml.split("<Modulus>")[1].split("<")[0]), "big")
    public = rsa.RSAPublicNumbers(65537, modulus).public_key()
    public.verify(base64.b64decode(signature), PLAIN, padding.PKCS1v15(), hashes.SHA256())
    oaep = padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), None)
    for scheme, flag in ((oaep, "$true"), (padding.PKCS1v15(), "$false")):
        secret = base64.b64encode(public.encrypt(b"secret", scheme)).decode()
        opened = (
            f"[Text.Encoding]::UTF8.GetString($k.Decrypt([Convert]::FromBase64String('{secret}'), {flag}))"
        )
        assert session.values(opened) == ["secret"]


def test_rsa_keys_travel(session: ConsoleSession) -> None:
    script = f"""{TEXT} $k = New-Object Security.Cryptography.RSACryptoServiceProvider; $c = $k.Encrypt($d, $false)
    $o = New-Object Security.Cryptography.RSACryptoServiceProvider; $o.FromXmlString($k.ToXmlString($true))
    [Text.Encoding]::UTF8.GetString($o.Decrypt($c, $false)); $p = New-Object Security.Cryptography.RSACryptoServiceProvider
    $p.ImportParameters($k.ExportParameters($false)); $p.PublicOnly; $p.VerifyData($d, 'SHA1', $k.SignData($d, 'SHA1'))
    $h = [Security.Cryptography.SHA256]::Create().ComputeHash($d); $k.VerifyHash($h, 'SHA256', $k.SignHash($h, '2.16.840.1.101.3.4.2.1'))
    $p.VerifyData([byte[]](1, 2), 'SHA1', $k.SignData($d, 'SHA1'))"""
    assert session.values(script) == [PLAIN.decode(), True, True, True, False]
    assert "Key does not exist" in session.error("$p.Decrypt($c, $false)")[2]
    assert (
        "not a valid size"
        in session.error("New-Object Security.Cryptography.RSACryptoServiceProvider 100")[2]
    )


def test_a_key_that_is_mostly_space_costs_no_more_than_its_length(session: ConsoleSession) -> None:
    script = "$k = New-Object Security.Cryptography.RSACryptoServiceProvider; $k.FromXmlString('<RSAKeyValue><a>' + ' ' * 50000)"
    assert "'RSA' 'Modulus'" in session.error(script)[2]


def test_derived_keys(session: ConsoleSession) -> None:
    script = """$s = [byte[]](1..8); $r = New-Object Security.Cryptography.Rfc2898DeriveBytes 'Grüße', $s, 50
    [Convert]::ToBase64String($r.GetBytes(10)); [Convert]::ToBase64String($r.GetBytes(30)); $r.IterationCount
    $h = [Security.Cryptography.HashAlgorithmName]::SHA256
    [Convert]::ToBase64String([Security.Cryptography.Rfc2898DeriveBytes]::new('x', $s, 2, $h).GetBytes(32))"""
    first, second, count, other = session.values(script)
    whole = hashlib.pbkdf2_hmac("sha1", "Grüße".encode(), bytes(range(1, 9)), 50, 40)
    assert base64.b64decode(first) + base64.b64decode(second) == whole
    assert count == 50
    assert base64.b64decode(other) == hashlib.pbkdf2_hmac("sha256", b"x", bytes(range(1, 9)), 2, 32)
    assert (
        "Salt is not at least eight bytes."
        in session.error("New-Object Security.Cryptography.Rfc2898DeriveBytes 'x', ([byte[]](1, 2))")[2]
    )
    assert (
        "not emulated"
        in session.error("[Security.Cryptography.Rfc2898DeriveBytes]::new('x', $s, 2000000000).GetBytes(1)")[
            2
        ]
    )
    assert session.error("[Security.Cryptography.Rfc2898DeriveBytes]::new('x', $s, 1).GetBytes(300000000)")


def test_random_bytes(session: ConsoleSession) -> None:
    script = """$b = New-Object byte[] 64; $g = [Security.Cryptography.RandomNumberGenerator]::Create(); $g.GetBytes($b)
    ($b | Where-Object { $_ }).Count -gt 40; $n = New-Object byte[] 512
    (New-Object Security.Cryptography.RNGCryptoServiceProvider).GetNonZeroBytes($n); ($n -eq 0).Count; $g.GetType().Name"""
    assert session.values(script) == [True, 0, "RNGCryptoServiceProvider"]


def test_keyed_hashes_by_name(session: ConsoleSession) -> None:
    script = "[Security.Cryptography.HashAlgorithm]::Create('SHA384').HashSize; [Security.Cryptography.SymmetricAlgorithm]::Create('AES').GetType().Name"
    assert session.values(script) == [384, "AesCryptoServiceProvider"]
    script = """$h = [Security.Cryptography.HMAC]::Create('HMACSHA256'); $h.Key = [byte[]](1..8); $h.HashName
    [BitConverter]::ToString($h.ComputeHash([byte[]](1, 2, 3))) -replace '-'; [Security.Cryptography.HMAC]::Create().GetType().Name"""
    digest = hmac.digest(bytes(range(1, 9)), bytes([1, 2, 3]), "sha256").hex().upper()
    assert session.values(script) == ["SHA256", digest, "HMACSHA1"]


def test_a_block_without_room_changes_nothing(session: ConsoleSession) -> None:
    session.values(
        "$a = [Security.Cryptography.Aes]::Create(); $d = [byte[]](1..16); $o = New-Object byte[] 16;"
        "$one, $other = $a.CreateEncryptor(), $a.CreateEncryptor()"
    )
    assert "Value was invalid." in session.error("$one.TransformBlock($d, 0, 16, $o, 1)")[2]
    assert session.values(
        "$one.TransformBlock($d, 0, 16, $o, 0); $p = New-Object byte[] 16; $other.TransformBlock($d, 0, 16, $p, 0);"
        '"$o" -eq "$p"; $r = $a.CreateDecryptor(); $r.TransformBlock($o, 0, 16, (New-Object byte[] 0), 0)'
    ) == [16, 16, True, 0]
