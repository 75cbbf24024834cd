"""The live configuration of the WinRM service."""

from typing import Annotated, get_args, get_origin

import pytest

from emulator.host import ConfigurationRefused, Host, NotFound, Refusal
from emulator.host.winrm.winrm_settings import SETTINGS
from emulator.profile import load, loads
from emulator.profile.winrm import Client, Shells, Winrm

PROFILE = "windows-server-2022-datacenter"


@pytest.fixture
def host():
    return Host(load(PROFILE), "manual")


def test_the_configuration_begins_as_the_profile_states_it(host):
    stated = host.profile.winrm
    assert host.winrm.max_batch_items == stated.max_batch_items
    assert host.winrm.authentication == stated.authentication
    assert host.winrm.value("winrs/maxshellsperuser") == stated.shells.max_shells_per_user
    assert host.winrm.value("Service/Auth/CbtHardeningLevel") == "Relaxed"


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.path)
def test_every_setting_has_a_value_that_it_would_accept(host, setting):
    value = host.winrm.value(setting.path)
    assert setting.check(value) == value
    assert setting.check(str(value).lower() if isinstance(value, bool) else str(value)) == value


@pytest.mark.parametrize("setting", [s for s in SETTINGS if s.kind in ("number", "port") and not s.is_fixed])
def test_the_ranges_of_a_profile_lie_within_those_of_windows(setting):
    model = {"shells": Shells, "client": Client}.get(setting.attribute.partition(".")[0], Winrm)
    field = model.section_fields[setting.attribute.rpartition(".")[2]]
    least, most = _bounds(field)
    assert least >= max(setting.low, setting.kind == "port")
    assert most <= (65535 if setting.kind == "port" else setting.high)


def _bounds(field):
    """The tightest limits that the field and its type state."""
    kind = next(
        part for part in (field.annotation, *get_args(field.annotation)) if get_origin(part) is Annotated
    )
    stated = [field.limits, *(rule.limits for rule in kind.__metadata__)]
    return (
        max(limits["ge"] for limits in stated if "ge" in limits),
        min(limits["le"] for limits in stated if "le" in limits),
    )


def test_a_change_is_seen_at_once_moves_the_revision_and_is_told(host):
    told = []
    host.winrm.change_observers.append(lambda: told.append(host.winrm.allow_unencrypted))
    before = host.winrm.revision
    host.winrm.change({"Service/AllowUnencrypted": "true", "service/auth/BASIC": True, "MaxBatchItems": "20"})
    assert host.winrm.allow_unencrypted
    assert host.winrm.authentication.basic
    assert host.winrm.max_batch_items == 20
    assert host.winrm.revision > before
    assert told == [True]


def test_values_that_are_there_already_change_nothing(host):
    before = host.winrm.revision
    host.winrm.change({"MaxProviderRequests": 4294967295, "Service/AllowUnencrypted": False})
    assert host.winrm.revision == before


@pytest.mark.parametrize(
    ("path", "value", "reason"),
    [
        ("Service/AllowUnencrypted", "yes", Refusal.INVALID_VALUE),
        ("Service/AllowUnencrypted", 1, Refusal.INVALID_VALUE),
        ("MaxEnvelopeSizekb", 31, Refusal.INVALID_VALUE),
        ("MaxTimeoutms", "99999999999", Refusal.INVALID_VALUE),
        ("MaxBatchItems", "-1", Refusal.INVALID_VALUE),
        ("MaxBatchItems", True, Refusal.INVALID_VALUE),
        ("Service/Auth/CbtHardeningLevel", "Hard", Refusal.INVALID_CHANNEL_BINDING),
        ("Service/DefaultPorts/HTTP", "0", Refusal.INVALID_PORT),
        ("Service/RootSDDL", "O:\0", Refusal.INVALID_VALUE),
        ("Service/RootSDDL", "administrators only", Refusal.INVALID_SECURITY_DESCRIPTOR),
        ("Service/IPv4Filter", "::1-::2", Refusal.INVALID_FILTER),
        ("Service/IPv6Filter", "::2-::1", Refusal.INVALID_FILTER),
        ("Service/CertificateThumbprint", "1234", Refusal.INVALID_VALUE),
        ("MaxProviderRequests", 5, Refusal.DEPRECATED),
        ("Winrs/MaxShellRunTime", 1000, Refusal.DEPRECATED),
        ("Service/AllowRemoteAccess", False, Refusal.READ_ONLY),
    ],
)
def test_one_wrong_value_refuses_the_whole_change(host, path, value, reason):
    with pytest.raises(ConfigurationRefused) as refused:
        host.winrm.change({"Winrs/MaxShellsPerUser": 3, path: value})
    assert refused.value.reason is reason
    assert host.winrm.shells.max_shells_per_user == host.profile.winrm.shells.max_shells_per_user


@pytest.mark.parametrize("path", ["Service/Nothing", "Service", ""])
def test_an_unknown_setting_is_not_found(host, path):
    with pytest.raises(NotFound):
        host.winrm.change({path: "1"})


def test_a_reset_brings_the_configuration_of_the_profile_back(host):
    host.winrm.change({"MaxBatchItems": 20, "Winrs/MaxShellsPerUser": 1, "Client/TrustedHosts": "*"})
    host.reset()
    assert host.winrm.max_batch_items == host.profile.winrm.max_batch_items
    assert host.winrm.shells == host.profile.winrm.shells
    assert host.winrm.client.trusted_hosts == ""


def test_what_group_policy_controls_cannot_be_changed():
    text = f"extends: {PROFILE}\nwinrm:\n  set_by_policy: [allow_unencrypted, authentication.basic]\n"
    host = Host(loads(text), "manual")
    assert host.winrm.is_set_by_policy("Service/AllowUnencrypted")
    assert not host.winrm.is_set_by_policy("Service/Auth/Kerberos")
    with pytest.raises(ConfigurationRefused, match="read-only setting"):
        host.winrm.change({"Service/Auth/Basic": True, "MaxBatchItems": 1})
    assert host.winrm.max_batch_items != 1
