"""Environment variables: what the machine has, what may be added, and what a process gets of them."""

import pytest

from emulator.host import AlreadyExists, InvalidParameter, NotFound, QuotaExceeded
from emulator.host.windows import environment_variables as module

SYSTEM = "<SYSTEM>"


def test_the_system_has_variables_and_every_enabled_user_a_folder_for_temporary_files(host):
    found = {(each.user, each.name): each.value for each in host.environment_variables}
    assert found[SYSTEM, "windir"] == "%SystemRoot%"
    assert found["HV01\\operator", "TEMP"] == "%USERPROFILE%\\AppData\\Local\\Temp"
    assert ("HV01\\former", "TEMP") not in found
    assert host.environment_variables.find("<system>", "WINDIR").is_system


def test_a_variable_is_created_changed_and_deleted(host):
    before = host.revision
    variable = host.environment_variables.create("hv01\\OPERATOR", "One", "1")
    assert (variable.user, host.revision > before) == ("HV01\\operator", True)
    revision = variable.revision
    variable.set_value("2")
    assert (variable.value, variable.revision > revision) == ("2", True)
    variable.delete()
    assert host.environment_variables.find("HV01\\operator", "One") is None
    with pytest.raises(NotFound):
        variable.delete()


@pytest.mark.parametrize(
    ("user", "name", "value", "error"),
    [
        (SYSTEM, "WINDIR", "x", AlreadyExists),
        (SYSTEM, "", "x", InvalidParameter),
        (SYSTEM, "a=b", "x", InvalidParameter),
        (SYSTEM, "a\nb", "x", InvalidParameter),
        (SYSTEM, "x" * 256, "x", InvalidParameter),
        (SYSTEM, "X", "", InvalidParameter),
        (SYSTEM, "X", "x" * 32_767, InvalidParameter),
        (SYSTEM, "X", "a\0b", InvalidParameter),
        ("HV01\\nobody", "X", "x", InvalidParameter),
        ("", "X", "x", InvalidParameter),
    ],
)
def test_what_windows_would_not_keep_is_refused(host, user, name, value, error):
    before = len(host.environment_variables)
    with pytest.raises(error):
        host.environment_variables.create(user, name, value)
    assert len(host.environment_variables) == before


def test_number_and_size_are_bounded(host, monkeypatch):
    monkeypatch.setattr(module, "MAXIMUM_VARIABLES", len(host.environment_variables) + 1)
    variable = host.environment_variables.create(SYSTEM, "One", "1")
    with pytest.raises(QuotaExceeded):
        host.environment_variables.create(SYSTEM, "Two", "2")
    monkeypatch.setattr(module, "MAXIMUM_CHARACTERS", 10)
    with pytest.raises(QuotaExceeded):
        variable.set_value("x" * 100)
    assert variable.value == "1"


def test_a_process_gets_the_variables_expanded_with_those_of_its_user(host):
    account = host.accounts.find("operator")
    host.environment_variables.create(SYSTEM, "Tools", "%SystemRoot%\\tools;%unknown%")
    host.environment_variables.create("HV01\\operator", "Tools", "%Tools%;own")
    host.environment_variables.create("HV01\\operator", "PATH", "C:\\own")
    given = host.environment_variables.of_process(account, {"SystemRoot": "C:\\Windows"})
    assert given["Tools"] == "C:\\Windows\\tools;%unknown%;own"
    assert given["Path"].split(";")[-1] == "C:\\own"
    assert "PATH" not in given
    assert given["TEMP"] == "%USERPROFILE%\\AppData\\Local\\Temp"


def test_expansion_never_grows_beyond_what_a_variable_may_hold(host):
    host.environment_variables.create(SYSTEM, "A0", "x" * 1000)
    for number in range(1, 12):
        host.environment_variables.create(SYSTEM, f"A{number}", f"%A{number - 1}%" * 10)
    given = host.environment_variables.of_process(host.accounts.find("operator"), {})
    assert max(map(len, given.values())) == module.LONGEST_VALUE
    host.environment_variables.create(SYSTEM, "B0", "%A11%" * 6000)
    for number in range(1, 80):
        host.environment_variables.create(SYSTEM, f"B{number}", f"%B{number - 1}%")
    given = host.environment_variables.of_process(host.accounts.find("operator"), {})
    assert sum(map(len, given.values())) <= module.LONGEST_BLOCK


def test_a_reset_brings_the_variables_of_the_profile_back(host):
    host.environment_variables.create(SYSTEM, "One", "1")
    host.environment_variables.find(SYSTEM, "OS").delete()
    host.reset()
    assert host.environment_variables.find(SYSTEM, "One") is None
    assert host.environment_variables.find(SYSTEM, "OS").value == "Windows_NT"
