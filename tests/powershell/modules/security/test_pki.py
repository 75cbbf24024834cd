"""The PKI module, and certificates on the Cert: drive, in X509Store and as files."""

from __future__ import annotations

import datetime
import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PublicFormat,
)
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12, serialize_key_and_certificates

from emulator.host.security.der import identifier, integer, octets, sequence
from tests.powershell.modules.console_session import ConsoleSession

X = "System.Security.Cryptography.X509Certificates."
MY = "Cert:\\LocalMachine\\My"
SECRET = "$p = ConvertTo-SecureString 'pw' -AsPlainText -Force; "
MAKE = f"$c = New-SelfSignedCertificate -DnsName hv01.lab, www.lab -CertStoreLocation {MY}; "


@pytest.fixture
def session() -> ConsoleSession:
    return ConsoleSession()


def file_of(session: ConsoleSession, path: str) -> bytes:
    return session.host.filesystem.read(path)


def elsewhere(name: str = "from elsewhere") -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC))
        .not_valid_after(datetime.datetime(2049, 1, 1, tzinfo=datetime.UTC))
        .sign(key, hashes.SHA256())
    )
    return made, key


def test_a_certificate_for_servers(session: ConsoleSession) -> None:
    script = f"""{MAKE} $c.Subject; $c.Issuer; $c.HasPrivateKey; $c.DnsNameList.Unicode -join ' '
    $c.EnhancedKeyUsageList.FriendlyName -join ', '; ($c.NotAfter - $c.NotBefore).Days; $c.SignatureAlgorithm.FriendlyName
    $c.PublicKey.Key.KeySize; (Get-Item "{MY}\\$($c.Thumbprint)").Subject; $c.Extensions['2.5.29.15'].KeyUsages.ToString()
    $c.Extensions['2.5.29.17'].Format($false); $c.PSParentPath"""
    assert session.values(script) == [
        *("CN=hv01.lab", "CN=hv01.lab", True, "hv01.lab www.lab"),
        *("Client Authentication, Server Authentication", 365, "sha256RSA", 2048, "CN=hv01.lab"),
        *("KeyEncipherment, DigitalSignature", "DNS Name=hv01.lab, DNS Name=www.lab"),
        "Microsoft.PowerShell.Security\\Certificate::LocalMachine\\My",
    ]


def test_what_later_releases_can_be_asked(session: ConsoleSession) -> None:
    script = """$c = New-SelfSignedCertificate -Subject 'CN=sign, O="A, B"' -Type CodeSigningCert -KeyLength 3072 `
        -HashAlgorithm SHA384 -NotAfter (Get-Date).AddYears(5) -FriendlyName Signer -KeyExportPolicy NonExportable `
        -CertStoreLocation Cert:\\CurrentUser\\My
    $c.Subject; $c.EnhancedKeyUsageList.ObjectId; $c.PublicKey.Key.KeySize; $c.SignatureAlgorithm.FriendlyName
    $c.FriendlyName; $c.NotAfter.Year - (Get-Date).Year; @(dir Cert:\\CurrentUser\\My).Count; @(dir Cert:\\LocalMachine\\My).Count
    $d = New-SelfSignedCertificate -Subject 'CN=x' -Type Custom -TextExtension '2.5.29.37={text}1.3.6.1.5.5.7.3.2',
        '2.5.29.17={text}upn=u@lab&IPAddress=10.0.0.1', '2.5.29.19={critical}{text}ca=1&pathlength=2' -KeyAlgorithm ECDSA_nistP256
    $d.EnhancedKeyUsageList.FriendlyName; $d.GetNameInfo('UpnName', $false); $d.PublicKey.Oid.FriendlyName
    $b = $d.Extensions['2.5.29.19']; $b.CertificateAuthority; $b.PathLengthConstraint; $b.Critical"""
    assert session.values(script) == [
        *('CN=sign, O="A, B"', "1.3.6.1.5.5.7.3.3", 3072, "sha384RSA", "Signer", 5, 1, 0),
        *("Client Authentication", "u@lab", "ECC", True, 2, True),
    ]


def test_a_certificate_signed_by_another_one(session: ConsoleSession) -> None:
    script = f"""$ca = New-SelfSignedCertificate -Subject 'CN=Lab CA' -KeyUsage CertSign -Type Custom -TextExtension '2.5.29.19={{text}}ca=1' -CertStoreLocation {MY}
    $c = New-SelfSignedCertificate -DnsName web -Signer $ca -CertStoreLocation {MY}
    $c.Issuer; $c.Verify(); Export-Certificate $ca.PSPath -FilePath C:\\ca.cer | Out-Null
    Import-Certificate C:\\ca.cer -CertStoreLocation Cert:\\LocalMachine\\Root | Out-Null
    $chain = [Security.Cryptography.X509Certificates.X509Chain]::new(); $chain.ChainPolicy.RevocationMode = 'NoCheck'
    $chain.Build($c); $chain.ChainElements.Certificate.Subject -join ' < '; $chain.ChainStatus.Count
    Test-Certificate $c; Test-Certificate $c -Policy SSL -DNSName web"""
    script = script.replace("Export-Certificate $ca.PSPath", "Export-Certificate -Cert $ca.PSPath")
    assert session.values(script) == [
        *("CN=Lab CA", False, True, "CN=web < CN=Lab CA", 0, True, True),
    ]


def test_an_untrusted_certificate_is_told(session: ConsoleSession) -> None:
    script = f"""{MAKE} $chain = [Security.Cryptography.X509Certificates.X509Chain]::new(); $chain.Build($c)
    $chain.ChainStatus[0].Status.ToString(); Test-Certificate $c -AllowUntrustedRoot"""
    assert session.values(script) == [False, "UntrustedRoot", True]
    error_id, _, message = session.error("Test-Certificate $c")
    assert error_id == "System.Exception,Microsoft.CertificateServices.Commands.TestCertificateCommand"
    assert "0x800b0109 (-2146762487 CERT_E_UNTRUSTEDROOT)" in message


def test_a_pfx_is_read_by_others(session: ConsoleSession, tmp_path: Path) -> None:
    (thumbprint,) = session.values(
        f"{MAKE}{SECRET} Export-PfxCertificate -Cert $c -FilePath C:\\a.pfx -Password $p | Out-Null; $c.Thumbprint"
    )
    data = file_of(session, "C:\\a.pfx")
    opened = load_pkcs12(data, b"pw")
    assert opened.cert is not None
    assert opened.cert.certificate.fingerprint(hashes.SHA1()).hex().upper() == thumbprint
    assert opened.key is not None
    with pytest.raises(ValueError, match="password"):
        load_pkcs12(data, b"other")
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed")
    path = tmp_path / "a.pfx"
    path.write_bytes(data)
    command = [openssl, "pkcs12", "-in", str(path), "-passin", "pass:pw", "-nokeys", "-legacy"]
    shown = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    assert "hv01.lab" in shown


def test_a_pfx_of_others_is_imported(session: ConsoleSession) -> None:
    made, key = elsewhere()
    pfx = serialize_key_and_certificates(b"friend", key, made, None, BestAvailableEncryption(b"pw"))
    session.host.filesystem.write("C:\\b.pfx", pfx)
    script = f"""{SECRET} $c = Import-PfxCertificate C:\\b.pfx {MY} -Password $p; $c.Thumbprint; $c.HasPrivateKey; $c.FriendlyName
    (Get-PfxData C:\\b.pfx -Password $p).EndEntityCertificates.Subject
    [Security.Cryptography.X509Certificates.X509Certificate2]::new('C:\\b.pfx', 'pw').Subject"""
    assert session.values(script) == [
        *(
            made.fingerprint(hashes.SHA1()).hex().upper(),
            True,
            "friend",
            "CN=from elsewhere",
            "CN=from elsewhere",
        )
    ]
    error_id, _, message = session.error(
        f"Export-PfxCertificate -Cert {MY}\\$($c.Thumbprint) -FilePath C:\\c.pfx -Password $p"
    )
    assert (
        error_id
        == "System.ComponentModel.Win32Exception,Microsoft.CertificateServices.Commands.ExportPfxCertificate"
    )
    assert message == "Cannot export non-exportable private key."


def test_a_wrong_password_is_refused(session: ConsoleSession) -> None:
    session.values(
        f"{MAKE}{SECRET} Export-PfxCertificate -Cert $c -FilePath C:\\a.pfx -Password $p | Out-Null"
    )
    wrong = "ConvertTo-SecureString 'no' -AsPlainText -Force"
    assert (
        "requires either a different password"
        in session.error(f"Import-PfxCertificate C:\\a.pfx {MY} -Password ({wrong})")[2]
    )
    made = "[Security.Cryptography.X509Certificates.X509Certificate2]::new('C:\\a.pfx', 'no')"
    error_id, _, message = session.error(made)
    assert error_id == "ConstructorInvokedThrowException" or error_id == "CryptographicException"
    assert "The specified network password is not correct." in message


def test_files_of_several_certificates(session: ConsoleSession) -> None:
    made, _ = elsewhere()
    session.host.filesystem.write("C:\\pem.crt", made.public_bytes(Encoding.PEM))
    script = f"""{MAKE} $d = Import-Certificate C:\\pem.crt -CertStoreLocation Cert:\\LocalMachine\\CA
    $c, $d | Export-Certificate -FilePath C:\\two.p7b -Type P7B | Out-Null
    (Import-Certificate C:\\two.p7b -CertStoreLocation Cert:\\CurrentUser\\TrustedPeople).Count
    $x = [Security.Cryptography.X509Certificates.X509Certificate2Collection]::new(); $x.Import('C:\\two.p7b'); $x.Count
    [Security.Cryptography.X509Certificates.X509Certificate2]::GetCertContentType('C:\\two.p7b').ToString()
    $c.FriendlyName = 'kept'; $e = [Security.Cryptography.X509Certificates.X509Certificate2]::new($c.Export('SerializedCert')); $e.FriendlyName"""
    assert session.values(script) == [2, 2, "Pkcs7", "kept"]


def test_stores_of_the_framework_are_those_of_the_drive(session: ConsoleSession) -> None:
    script = f"""{MAKE} $s = [Security.Cryptography.X509Certificates.X509Store]::new('Root', 'LocalMachine')
    $s.Open('ReadWrite'); $s.Add($c); (dir Cert:\\LocalMachine\\Root).Subject -join ' '
    $f = $s.Certificates.Find('FindBySubjectName', 'hv01', $false); $f.Count
    $s.Certificates.Find('FindByThumbprint', $c.Thumbprint, $true).Count
    $s.Certificates.Find('FindByTimeExpired', (Get-Date).AddYears(2), $false).Count
    $s.Remove($f[0]); $s.Close(); @(dir Cert:\\LocalMachine\\Root).Count; (Get-Item "{MY}\\$($c.Thumbprint)").HasPrivateKey"""
    assert session.values(script) == ["CN=hv01.lab", 1, 1, 1, 0, True]


def test_items_of_the_drive_are_moved_and_removed(session: ConsoleSession) -> None:
    script = f"""{MAKE} Move-Item "{MY}\\$($c.Thumbprint)" Cert:\\LocalMachine\\CA
    Test-Path "{MY}\\$($c.Thumbprint)"; (dir Cert:\\LocalMachine\\CA).HasPrivateKey
    Get-ChildItem Cert:\\LocalMachine\\CA | Remove-Item; @(dir Cert:\\LocalMachine\\CA).Count
    Set-Location Cert:\\CurrentUser\\My; (New-SelfSignedCertificate -DnsName here).PSParentPath"""
    assert session.values(script) == [
        *(False, True, 0, "Microsoft.PowerShell.Security\\Certificate::CurrentUser\\My")
    ]


def test_other_users_cannot_change_the_machine(session: ConsoleSession) -> None:
    made, _ = elsewhere()
    session.host.filesystem.write("C:\\Users\\Public\\pem.crt", made.public_bytes(Encoding.PEM))
    (thumbprint,) = session.values(f"{MAKE} $c.Thumbprint")
    bob = ConsoleSession(user="bob", host=session.host, shells=session.shells)
    error_id, _, message = bob.error(f"New-SelfSignedCertificate -DnsName x -CertStoreLocation {MY}")
    assert (
        error_id == "System.Exception,Microsoft.CertificateServices.Commands.NewSelfSignedCertificateCommand"
    )
    assert "NTE_PERM" in message
    error_id, _, message = bob.error(
        "Import-Certificate C:\\Users\\Public\\pem.crt -CertStoreLocation Cert:\\LocalMachine\\Root"
    )
    assert error_id.startswith("System.UnauthorizedAccessException,")
    assert message.startswith("Access is denied.")
    assert bob.error(f"Remove-Item {MY}\\{thumbprint}")[0].startswith("System.UnauthorizedAccessException")
    assert bob.values(
        "(New-SelfSignedCertificate -DnsName x -CertStoreLocation Cert:\\CurrentUser\\My).Subject"
    ) == ["CN=x"]
    assert session.values("@(dir Cert:\\CurrentUser\\My).Count") == [0]


def test_what_is_no_certificate(session: ConsoleSession) -> None:
    session.host.filesystem.write("C:\\no.cer", b"no certificate")
    for script in ("Import-Certificate C:\\no.cer", "Import-PfxCertificate C:\\no.cer"):
        assert "Cannot find the requested object." in session.error(f"{script} -CertStoreLocation {MY}")[2]
    assert "0x80070002" in session.error(f"Import-Certificate C:\\nix.cer -CertStoreLocation {MY}")[2]
    made = "[Security.Cryptography.X509Certificates.X509Certificate2]::new('C:\\no.cer')"
    assert "Cannot find the requested object." in session.error(made)[2]
    assert (
        "invalid handle"
        in session.values(
            "$c = [Security.Cryptography.X509Certificates.X509Certificate2]::new(); try { $c.GetCertHash() } catch { $_.Exception.Message }"
        )[0]
    )


def test_the_parameters_of_2012() -> None:
    old = ConsoleSession("windows-server-2012-datacenter")
    assert old.values(f"(New-SelfSignedCertificate -DnsName a, b -CertStoreLocation {MY}).Subject") == [
        "CN=a"
    ]
    assert old.error("New-SelfSignedCertificate -Subject CN=x")[0].startswith("NamedParameterNotFound,")


def test_private_keys_sign_for_their_certificates(session: ConsoleSession) -> None:
    script = f"""{MAKE} $d = [byte[]](1..20)
    $k = [Security.Cryptography.X509Certificates.RSACertificateExtensions]::GetRSAPrivateKey($c)
    $u = [Security.Cryptography.X509Certificates.RSACertificateExtensions]::GetRSAPublicKey($c)
    $s = $k.SignData($d, 'SHA256', [Security.Cryptography.RSASignaturePadding]::Pkcs1)
    $u.VerifyData($d, $s, 'SHA256', [Security.Cryptography.RSASignaturePadding]::Pkcs1); $k.GetType().Name
    $l = New-SelfSignedCertificate -DnsName l -CertStoreLocation {MY} -Provider 'Microsoft RSA SChannel Cryptographic Provider'
    $l.PrivateKey.CspKeyContainerInfo.UniqueKeyContainerName -match '^[0-9a-f]{{32}}_'; $l.PrivateKey.CspKeyContainerInfo.ProviderName"""
    assert session.values(script) == [
        *(True, "RSACng", True, "Microsoft RSA SChannel Cryptographic Provider")
    ]


def test_names_are_read_and_written(session: ConsoleSession) -> None:
    script = """$n = [Security.Cryptography.X509Certificates.X500DistinguishedName]::new('CN=a, OU="x,y", O=z, C=US')
    $n.Name; $n.Format($true)"""
    assert session.values(script) == ['CN=a, OU="x,y", O=z, C=US', 'CN=a\r\nOU="x,y"\r\nO=z\r\nC=US']


def test_certutil_shows_and_changes_the_same_stores(session: ConsoleSession) -> None:
    script = f"""{MAKE} Export-Certificate -Cert $c -FilePath C:\\c.cer | Out-Null
    certutil -store My $c.Thumbprint; certutil -addstore Root C:\\c.cer; (dir Cert:\\LocalMachine\\Root).Thumbprint -eq $c.Thumbprint
    certutil -delstore Root hv01; @(dir Cert:\\LocalMachine\\Root).Count; certutil -store My nothing; $LASTEXITCODE; $c.Thumbprint"""
    *lines, thumbprint = session.values(script)
    assert lines[:2] == ['My "Personal"', "================ Certificate 0 ================"]
    assert f"Cert Hash(sha1): {thumbprint.lower()}" in lines
    assert "Issuer: CN=hv01.lab" in lines
    rest = lines[lines.index("CertUtil: -store command completed successfully.") + 1 :]
    assert rest == [
        'Root "Trusted Root Certification Authorities"',
        'Certificate "hv01.lab" added to store.',
        "CertUtil: -addstore command completed successfully.",
        True,
        'Root "Trusted Root Certification Authorities"',
        "Deleting Certificate 0",
        "CertUtil: -delstore command completed successfully.",
        0,
        'My "Personal"',
        "CertUtil: -store command FAILED: 0x80090011 (-2146893807 NTE_NOT_FOUND)",
        "CertUtil: Object was not found.",
        -2146893807,
    ]


def test_a_listing_is_narrowed(session: ConsoleSession) -> None:
    script = f"""{MAKE} $s = New-SelfSignedCertificate -Subject CN=sign -Type CodeSigningCert -CertStoreLocation {MY} -NotAfter (Get-Date).AddDays(5)
    (Get-ChildItem {MY} -CodeSigningCert).Subject; (Get-ChildItem {MY} -DnsName *.lab).Subject
    (Get-ChildItem Cert:\\ -Recurse -SSLServerAuthentication).Subject; (dir {MY} -Eku 'Code*').Subject; (dir {MY} -ExpiringInDays 10).Subject"""
    assert session.values(script) == ["CN=sign", "CN=hv01.lab", "CN=hv01.lab", "CN=sign", "CN=sign"]
    error_id, _, message = session.error("Get-ChildItem C:\\ -CodeSigningCert")
    assert error_id == "NamedParameterNotFound,Microsoft.PowerShell.Commands.GetChildItemCommand"
    assert message == "A parameter cannot be found that matches parameter name 'CodeSigningCert'."


def test_a_pfx_does_not_keep_the_machine_busy(session: ConsoleSession) -> None:
    parts = sequence(octets(sequence(sequence(octets(b"some salt"), integer(1_000_000_000)))))
    session.host.filesystem.write("C:\\many.pfx", sequence(integer(3), parts))
    made = "[Security.Cryptography.X509Certificates.X509Certificate2]::new('C:\\many.pfx', 'pw')"
    assert "not emulated" in session.error(made)[2]


def signed_by_itself(*extensions: str, key: RSAPrivateKey) -> bytes:
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "odd")])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC))
        .not_valid_after(datetime.datetime(2049, 1, 1, tzinfo=datetime.UTC))
    )
    for one in extensions:
        value = x509.UnrecognizedExtension(x509.ObjectIdentifier(one), b"\x05\x00")
        made = made.add_extension(value, critical=False)
    return made.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


def test_files_without_a_whole_certificate_are_refused(session: ConsoleSession) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    files = session.host.filesystem
    files.write("C:\\key.pfx", serialize_key_and_certificates(None, key, None, None, NoEncryption()))
    twice = signed_by_itself("1.2.3.4.5", "1.2.3.4.6", key=key)
    files.write("C:\\twice.cer", twice.replace(identifier("1.2.3.4.6"), identifier("1.2.3.4.5")))
    plain = signed_by_itself(key=key)
    issuer = plain.index(b"\x0c\x03odd")
    files.write("C:\\issuer.cer", plain[:issuer] + b"\x0c\x03\xff\xfe\xfd" + plain[issuer + 5 :])
    for name in ("key.pfx", "twice.cer", "issuer.cer"):
        _, _, text = session.error(f"[{X}X509Certificate2]::new('C:\\{name}')")
        assert text.endswith('"Cannot find the requested object.\r\n"'), name
    assert session.error("Get-PfxData C:\\key.pfx")[2].startswith("Cannot find the requested object.")
    assert session.error("Get-PfxCertificate C:\\key.pfx")[2] == "Cannot find the requested object.\r\n"


def test_a_key_of_an_unknown_algorithm(session: ConsoleSession) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    encoded = signed_by_itself(key=key)
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.PKCS1).hex().upper()
    session.host.filesystem.write("C:\\known.cer", encoded)
    other = encoded.replace(identifier("1.2.840.113549.1.1.1"), identifier("1.2.840.113549.1.1.99"))
    session.host.filesystem.write("C:\\other.cer", other)
    read = f"$c = [{X}X509Certificate2]::new('C:\\{{0}}.cer'); $c.GetPublicKeyString()"
    assert session.values(read.format("known")) == [public]
    script = (
        f"{read.format('other')}; $c.Verify(); $null -eq [{X}RSACertificateExtensions]::GetRSAPublicKey($c)"
    )
    assert session.values(script) == [public, False, True]
    assert "not supported" in session.error(f"{read.format('other')} | Out-Null; $c.PublicKey.Key")[2]


def test_half_of_a_surrogate_in_passwords_and_names(session: ConsoleSession) -> None:
    script = f"""{MAKE} $c.FriendlyName = "a$([char]0xD800)"
    $c.Export('Pfx', "a$([char]0xD800)").Length -gt 1000; $c.Export('SerializedCert').Length -gt 500"""
    assert session.values(script) == [True, True]


def test_what_no_certificate_can_be_made_with(session: ConsoleSession) -> None:
    refused = "New-SelfSignedCertificate -Subject a -TextExtension '2.5.29.15={hex}0102'"
    assert session.error(refused)[2] == "The data is invalid."
    assert session.error("New-SelfSignedCertificate -Subject a -HashAlgorithm SHA1")[0].startswith(
        "NotEmulated"
    )
    assert session.values(f"@(Get-ChildItem {MY} | ? Subject -eq 'CN=a').Count") == [0]


def test_a_move_into_the_same_store(session: ConsoleSession) -> None:
    script = f"{MAKE} Move-Item $c.PSPath {MY}; Test-Path $c.PSPath"
    assert session.values(script) == [True]


def test_the_policy_of_a_chain(session: ConsoleSession) -> None:
    build = f"{MAKE} $chain = [{X}X509Chain]::new(); {{0}}; $chain.Build($c) | Out-Null; $chain.ChainStatus.Status -join ' '"
    for moment in ("[datetime]'2010-01-01'", "'2010-01-01'"):
        script = build.format(f"$chain.ChainPolicy.VerificationTime = {moment}")
        assert session.values(script) == ["NotTimeValid UntrustedRoot"]
    script = build.format("$chain.ChainPolicy.ApplicationPolicy.Add('1.2.3') | Out-Null")
    assert session.values(script) == ["UntrustedRoot NotValidForUsage"]
    assert session.values("$chain.Reset(); @($chain.ChainStatus).Count + @($chain.ChainElements).Count") == [
        0
    ]
    for wrong in ("$chain.ChainPolicy = $null", "$chain.ChainPolicy = 'x'"):
        assert session.error(build.format(wrong))[0].startswith("ExceptionWhenSetting")


def test_collections_take_certificates_only(session: ConsoleSession) -> None:
    script = f"[{X}X509Certificate2Collection]::new().AddRange(@('a'))"
    assert session.error(script)[0].startswith("ArgumentNullException")
    assert session.error(f"[{X}X509Certificate2Collection]::new(@(1))")[0].startswith(
        "ConstructorInvokedThrowException"
    )
