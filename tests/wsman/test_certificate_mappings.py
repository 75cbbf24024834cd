"""winrm/config/service/certmapping: which account a client's certificate stands for."""

import pytest

from emulator.host.security.certificates import Certificate
from tests.wsman.configuration_client import CONFIG, create, delete, put, texts

MAPPING = CONFIG + "/service/certmapping"
SERVER = "A" * 40
AUTHORITY = "B" * 40
USERS = """
users:
  - {name: Administrator, password: Passw0rd!, groups: [Administrators]}
  - {name: remote, password: Secret1, groups: [Remote Management Users]}
"""
KEYS = {"Issuer": AUTHORITY, "Subject": "*@example.org", "URI": "*"}
CREDENTIALS = "<p1:UserName>Administrator</p1:UserName><p1:Password>Passw0rd!</p1:Password>"


@pytest.fixture
def trusting(make_real_client):
    client = make_real_client(USERS)
    client.service.host.certificates.add(Certificate(AUTHORITY, "Example Root", "Root", for_signing=True))
    return client


def test_a_mapping_is_created_changed_and_deleted_and_never_shows_its_password(trusting):
    reply = create(trusting, MAPPING, CREDENTIALS, "certmapping", KEYS)
    assert reply.status == 200, reply.text
    shown = trusting.get(MAPPING, selectors=KEYS)
    assert texts(shown, "//p1:UserName", MAPPING) == ["Administrator"]
    assert texts(shown, "//p1:Password", MAPPING) == [""]
    assert "Passw0rd!" not in shown.text
    mappings = trusting.service.host.winrm.certificate_mappings
    account = mappings.account_of(AUTHORITY, "someone@example.org", "http://example.org/x")
    assert account.name == "Administrator"
    assert mappings.account_of(AUTHORITY, "someone@example.com", "http://example.org/x") is None
    changed = put(trusting, MAPPING, "<p1:Enabled>false</p1:Enabled>", "CertMapping", selectors=KEYS)
    assert texts(changed, "//p1:Enabled", MAPPING) == ["false"]
    assert mappings.account_of(AUTHORITY, "someone@example.org", "http://example.org/x") is None
    assert delete(trusting, MAPPING, KEYS).status == 200
    assert trusting.get(MAPPING, selectors=KEYS).code == 2150858752


def test_the_longest_subject_and_then_the_longest_uri_choose_the_mapping(trusting):
    mappings = trusting.service.host.winrm.certificate_mappings
    administrator = {"UserName": "Administrator", "Password": "Passw0rd!"}
    remote = {"UserName": "remote", "Password": "Secret1"}
    mappings.create(AUTHORITY, "*", "*", administrator)
    mappings.create(AUTHORITY, "*@example.org", "*", remote)
    mappings.create(AUTHORITY, "*@example.org", "http://a/*", administrator)
    assert mappings.account_of(AUTHORITY, "x@example.org", "http://b/").name == "remote"
    assert mappings.account_of(AUTHORITY, "x@example.org", "http://a/b").name == "Administrator"
    assert mappings.account_of(AUTHORITY, "x@example.com", "http://a/b").name == "Administrator"
    assert mappings.account_of("C" * 40, "x@example.org", "http://a/b") is None


@pytest.mark.parametrize(
    ("changes", "inner", "code"),
    [
        ({"Issuer": SERVER}, CREDENTIALS, 0x80338162),
        ({"Issuer": "short"}, CREDENTIALS, 0x80338162),
        ({"Subject": "a*b"}, CREDENTIALS, 0x80338161),
        ({"Subject": "x" * 1024}, CREDENTIALS, 0x80338161),
        ({"URI": "http://a/*/b"}, CREDENTIALS, 0x80338160),
        ({"URI": "http://a/?b"}, CREDENTIALS, 0x80338160),
        ({}, "", 0x8033816C),
        ({}, "<p1:UserName>Administrator</p1:UserName>", 0x8033816C),
        ({}, "<p1:UserName>Administrator</p1:UserName><p1:Password></p1:Password>", 0x8033816B),
        ({}, f"<p1:UserName>a</p1:UserName><p1:Password>{'x' * 256}</p1:Password>", 0x8033816A),
        ({}, "<p1:UserName>Administrator</p1:UserName><p1:Password>wrong</p1:Password>", 0x80338154),
        ({}, "<p1:UserName>nobody</p1:UserName><p1:Password>wrong</p1:Password>", 0x80338154),
        ({}, CREDENTIALS + "<p1:Subject>other</p1:Subject>", 0x80338172),
        ({}, CREDENTIALS + "<p1:Colour>red</p1:Colour>", 2150858817),
    ],
)
def test_a_mapping_that_cannot_be_is_refused_as_windows_does(trusting, changes, inner, code):
    assert create(trusting, MAPPING, inner, "CertMapping", {**KEYS, **changes}).code == code
    assert len(trusting.service.host.winrm.certificate_mappings) == 0
