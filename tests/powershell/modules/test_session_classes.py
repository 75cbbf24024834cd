"""Classes of .NET with which scripts look at their session: memory of secrets, special folders."""

from __future__ import annotations

import pytest

from tests.powershell.modules.console_session import ConsoleSession

_MARSHAL = "[Runtime.InteropServices.Marshal]"


@pytest.fixture
def session() -> ConsoleSession:
    return ConsoleSession()


def test_a_secret_is_read_by_its_address_until_it_is_freed(session):
    script = (
        "$s = ConvertTo-SecureString secret -AsPlainText -Force\n"
        f"$p = {_MARSHAL}::SecureStringToBSTR($s); {_MARSHAL}::PtrToStringAuto($p); {_MARSHAL}::ZeroFreeBSTR($p)"
    )
    assert session.values(script) == ["secret"]
    assert session.error(f"{_MARSHAL}::PtrToStringAuto($p)")[0] == "AccessViolationException"
    assert session.error(f"{_MARSHAL}::PtrToStringAuto(4096)")[0] == "AccessViolationException"


def test_folders_go_by_the_names_of_the_enumeration(session):
    script = (
        "[Environment]::GetFolderPath([Environment+SpecialFolder]::CommonApplicationData); "
        "[Environment]::GetFolderPath('Personal') -eq [Environment]::GetFolderPath('MyDocuments'); "
        "[int][Environment+SpecialFolder]'ProgramFiles'"
    )
    assert session.values(script) == ["C:\\ProgramData", True, 38]
