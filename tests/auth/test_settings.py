from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from emulator.auth import AuthenticationSettings, HostIdentity


def host_of(domain: str | None, version: str) -> SimpleNamespace:
    return SimpleNamespace(
        name="HV01",
        accounts=SimpleNamespace(domain=domain and SimpleNamespace(short_name=domain.split(".")[0].upper())),
        clock=SimpleNamespace(now=lambda: datetime(2020, 1, 1, tzinfo=UTC)),
        release=SimpleNamespace(version=version),
        operating_system=SimpleNamespace(domain=domain),
        winrm=SimpleNamespace(certificate_mappings=object()),
        profile=SimpleNamespace(
            winrm=SimpleNamespace(trusted_client_issuers=(), kerberos=None),
        ),
    )


@pytest.mark.parametrize(
    ("domain", "version", "identity"),
    [
        (None, "10.0.20348", HostIdentity("HV01", "", "", (10, 0, 20348))),
        ("corp.example", "6.1.7601", HostIdentity("HV01", "CORP", "corp.example", (6, 1, 7601))),
        ("CORP", "6.2.9200", HostIdentity("HV01", "CORP", "CORP", (6, 2, 9200))),
    ],
)
def test_the_settings_of_a_host_carry_its_names_and_its_version(domain, version, identity):
    host = host_of(domain, version)
    settings = AuthenticationSettings.for_host(host)
    assert settings.host == identity
    assert settings.accounts is host.accounts
    assert settings.winrm is host.winrm
    assert settings.now() == datetime(2020, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("identity", "name"),
    [(HostIdentity("HV01"), "HV01"), (HostIdentity("HV01", "CORP", "corp.example"), "HV01.corp.example")],
)
def test_the_dns_name_of_a_host_has_its_domain_when_it_has_one(identity, name):
    assert identity.dns_computer_name == name
