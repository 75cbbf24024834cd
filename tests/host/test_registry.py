"""The registry: what is in it, who may change it, and that it shows what the machine knows elsewhere."""

import pytest

from emulator.host.errors import AccessDenied, InvalidParameter, QuotaExceeded
from emulator.host.windows.registry import (
    CLASSES_ROOT,
    CURRENT_USER,
    LOCAL_MACHINE,
    MAXIMUM_KEYS,
    USERS,
    KeyNotFound,
    UnknownHive,
)
from emulator.host.windows.registry_key import ValueKind

VERSION = "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion"
ENVIRONMENT = "SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Environment"
SERVICES = "SYSTEM\\CurrentControlSet\\Services"


def data(host, path, name, hive=LOCAL_MACHINE):
    return host.registry.value(hive, path, name).data


def test_the_version_is_that_of_the_release(host):
    assert data(host, VERSION, "currentbuild") == "20348"
    assert data(host, VERSION.upper(), "InstallationType") == "Server"
    assert data(host, VERSION, "UBR") == host.release.update_revision


def test_the_environment_is_the_one_that_processes_get(host):
    registry = host.registry
    registry.set_value(LOCAL_MACHINE, ENVIRONMENT, "SITE", ValueKind.REG_SZ, "north")
    assert host.environment_variables.find("<SYSTEM>", "SITE").value == "north"
    host.environment_variables.find("<SYSTEM>", "SITE").set_value("south")
    assert data(host, ENVIRONMENT, "site") == "south"
    registry.delete_value(LOCAL_MACHINE, ENVIRONMENT, "SITE")
    assert host.environment_variables.find("<SYSTEM>", "SITE") is None


def test_a_start_type_in_the_registry_is_that_of_the_service(host):
    path = f"{SERVICES}\\Spooler"
    assert data(host, path, "Start") == 2
    host.registry.set_value(LOCAL_MACHINE, path, "Start", ValueKind.REG_DWORD, 4)
    assert host.services["Spooler"].start_mode.value == "Disabled"
    with pytest.raises(InvalidParameter):
        host.registry.set_value(LOCAL_MACHINE, path, "Start", ValueKind.REG_DWORD, 9)


def test_keys_are_made_with_those_above_and_removed_when_empty(host):
    registry = host.registry
    registry.create_key(LOCAL_MACHINE, "SOFTWARE\\A\\B\\C")
    registry.set_value(LOCAL_MACHINE, "software\\a\\b", "n", ValueKind.REG_MULTI_SZ, ("x", "y"))
    assert data(host, "SOFTWARE\\A\\B", "N") == ("x", "y")
    with pytest.raises(AccessDenied):
        registry.delete_key(LOCAL_MACHINE, "SOFTWARE\\A\\B")
    registry.delete_key(LOCAL_MACHINE, "SOFTWARE\\A", recursive=True)
    with pytest.raises(KeyNotFound):
        registry.key(LOCAL_MACHINE, "SOFTWARE\\A")


def test_what_the_machine_lists_cannot_be_deleted(host):
    for path in (SERVICES, f"{SERVICES}\\Spooler", "SYSTEM", VERSION):
        with pytest.raises(AccessDenied):
            host.registry.delete_key(LOCAL_MACHINE, path, recursive=True)
    with pytest.raises(AccessDenied):
        host.registry.set_value(LOCAL_MACHINE, VERSION, "NewValue", ValueKind.REG_SZ, "x")


def test_a_user_writes_only_in_the_own_hive(host):
    account = host.accounts.create("someone", "Passw0rd!", groups=("Users",))
    registry = host.registry
    assert registry.value(LOCAL_MACHINE, VERSION, "ProductName", account).data
    for path in ("SOFTWARE\\X",):
        with pytest.raises(AccessDenied):
            registry.create_key(LOCAL_MACHINE, path, account)
    with pytest.raises(AccessDenied):
        registry.key(LOCAL_MACHINE, "SAM", account)
    registry.create_key(CURRENT_USER, "Software\\X", account)
    assert registry.subkeys(USERS, f"{account.sid}\\Software", account) == ["Microsoft", "X"]


def test_classes_are_a_part_of_the_machine(host):
    before = host.registry.subkeys(LOCAL_MACHINE, "SOFTWARE\\Classes")
    host.registry.create_key(CLASSES_ROOT, ".vhdx")
    after = host.registry.subkeys(LOCAL_MACHINE, "SOFTWARE\\Classes")
    assert [name for name in after if name not in before] == [".vhdx"]


def test_unknown_hives_and_bad_data_are_refused(host):
    with pytest.raises(UnknownHive):
        host.registry.key(1, "")
    for kind, value in ((ValueKind.REG_DWORD, 1 << 32), (ValueKind.REG_SZ, 1), (ValueKind.REG_BINARY, "x")):
        with pytest.raises(InvalidParameter):
            host.registry.set_value(LOCAL_MACHINE, "SOFTWARE", "n", kind, value)


def test_the_registry_is_bounded(host, monkeypatch):
    assert host.registry._keys < MAXIMUM_KEYS // 10
    monkeypatch.setattr("emulator.host.windows.registry.MAXIMUM_KEYS", host.registry._keys + 1)
    host.registry.create_key(LOCAL_MACHINE, "SOFTWARE\\A")
    with pytest.raises(QuotaExceeded):
        host.registry.create_key(LOCAL_MACHINE, "SOFTWARE\\B")
    monkeypatch.setattr("emulator.host.windows.registry.MAXIMUM_BYTES", host.registry._bytes + 4)
    with pytest.raises(QuotaExceeded):
        host.registry.set_value(LOCAL_MACHINE, "SOFTWARE\\A", "n", ValueKind.REG_SZ, "long text")


def test_a_reset_brings_the_registry_back(host):
    host.registry.create_key(LOCAL_MACHINE, "SOFTWARE\\A")
    host.reset()
    with pytest.raises(KeyNotFound):
        host.registry.key(LOCAL_MACHINE, "SOFTWARE\\A")


def totals(registry):
    counted = [root.audit() for root in (registry._machine, registry._users)]
    return tuple(map(sum, zip(*counted, strict=True)))


def test_a_transaction_of_which_a_part_is_refused_changes_nothing(host):
    registry = host.registry
    registry.create_key(LOCAL_MACHINE, "SOFTWARE\\Old\\Below")
    registry.set_value(LOCAL_MACHINE, "SOFTWARE\\Old", "A", ValueKind.REG_SZ, "before")
    registry.set_value(LOCAL_MACHINE, "SOFTWARE\\Old", "B", ValueKind.REG_DWORD, 1)
    registry.set_value(LOCAL_MACHINE, ENVIRONMENT, "SITE", ValueKind.REG_SZ, "north")
    before = totals(registry)
    assert (registry._keys, registry._bytes) == before

    def change():
        with registry.transaction():
            registry.set_value(LOCAL_MACHINE, "SOFTWARE\\Old", "A", ValueKind.REG_SZ, "after")
            registry.set_value(LOCAL_MACHINE, "SOFTWARE\\Old", "C", ValueKind.REG_SZ, "new")
            registry.delete_value(LOCAL_MACHINE, "SOFTWARE\\Old", "B")
            registry.set_value(LOCAL_MACHINE, ENVIRONMENT, "SITE", ValueKind.REG_SZ, "south")
            registry.set_value(LOCAL_MACHINE, ENVIRONMENT, "OTHER", ValueKind.REG_SZ, "x")
            registry.delete_value(LOCAL_MACHINE, ENVIRONMENT, "OTHER")
            registry.create_key(LOCAL_MACHINE, "SOFTWARE\\New\\Deep\\Er")
            registry.delete_key(LOCAL_MACHINE, "SOFTWARE\\Old", recursive=True)
            registry.create_key(LOCAL_MACHINE, "SOFTWARE\\Old")
            registry.set_value(LOCAL_MACHINE, f"{SERVICES}\\Spooler", "Start", ValueKind.REG_DWORD, 99)

    with pytest.raises(InvalidParameter):
        change()
    values = {one.name: one.data for one in registry.values(LOCAL_MACHINE, "SOFTWARE\\Old")}
    assert values == {"A": "before", "B": 1}
    assert registry.subkeys(LOCAL_MACHINE, "SOFTWARE\\Old") == ["Below"]
    assert "New" not in registry.subkeys(LOCAL_MACHINE, "SOFTWARE")
    assert host.environment_variables.find("<SYSTEM>", "SITE").value == "north"
    assert host.environment_variables.find("<SYSTEM>", "OTHER") is None
    assert (registry._keys, registry._bytes) == totals(registry) == before


def test_the_changes_of_a_transaction_that_is_completed_stay(host):
    registry = host.registry
    with registry.transaction():
        registry.create_key(LOCAL_MACHINE, "SOFTWARE\\New")
        registry.set_value(LOCAL_MACHINE, "SOFTWARE\\New", "A", ValueKind.REG_SZ, "x")
    with pytest.raises(KeyNotFound):
        registry.set_value(LOCAL_MACHINE, "SOFTWARE\\Nothing", "A", ValueKind.REG_SZ, "x")
    assert data(host, "SOFTWARE\\New", "A") == "x"
