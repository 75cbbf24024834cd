"""ConvertFrom-SddlString: descriptors in words."""

from __future__ import annotations

import pytest

from tests.powershell.modules.console_session import ConsoleSession

#: What the documentation of the cmdlet prints for the administrators' entry of a key.
OF_ANY_KIND = (
    "BUILTIN\\Administrators: AccessAllowed (ChangePermissions, CreateDirectories, Delete, ExecuteKey, FullControl, "
    "GenericExecute, GenericWrite, ListDirectory, ReadExtendedAttributes, ReadPermissions, TakeOwnership, Traverse, "
    "WriteData, WriteExtendedAttributes, WriteKey)"
)
OF_KEYS = (
    "BUILTIN\\Administrators: AccessAllowed (ChangePermissions, CreateLink, CreateSubKey, Delete, EnumerateSubKeys, "
    "ExecuteKey, FullControl, Notify, QueryValues, ReadPermissions, SetValue, TakeOwnership, WriteKey)"
)


@pytest.fixture(scope="module")
def session() -> ConsoleSession:
    return ConsoleSession()


@pytest.mark.parametrize(("option", "expected"), [("", OF_ANY_KIND), ("-Type RegistryRights", OF_KEYS)])
def test_the_rights_of_an_entry_are_named(session, option, expected):
    script = f"(ConvertFrom-SddlString 'O:BAG:SYD:PAI(A;CI;KA;;;BA)' {option}).DiscretionaryAcl"
    assert session.values(script) == [expected]


def test_owner_group_and_audit_list_are_told(session):
    script = (
        "$found = 'O:BAG:SYD:(D;ID;0x1;;;WD)S:(AU;SAFA;0x2;;;BU)' | ConvertFrom-SddlString -Type MutexRights;"
        "$found.Owner; $found.Group; $found.DiscretionaryAcl; $found.SystemAcl; $found.RawDescriptor.Owner.Value"
    )
    assert session.values(script) == [
        "BUILTIN\\Administrators",
        "NT AUTHORITY\\SYSTEM",
        "Everyone: AccessDenied Inherited (Modify)",
        "BUILTIN\\Users: SystemAudit SuccessfulAccess, FailedAccess",
        "S-1-5-32-544",
    ]


def test_what_is_only_passed_on_is_left_out(session):
    script = "(ConvertFrom-SddlString 'D:(A;OICIIO;GA;;;BA)(A;OICI;GA;;;SY)').DiscretionaryAcl"
    assert session.values(script) == ["NT AUTHORITY\\SYSTEM: AccessAllowed (GenericAll)"]


@pytest.mark.parametrize(
    ("text", "error_id"),
    [
        ("nonsense", "ConstructorInvokedThrowException"),
        ("D:(A;;GA;;;)", "ConstructorInvokedThrowException"),
        ("D:(OA;;GA;;;BA)", "NotEmulated"),
        ("O:XX", "NotEmulated"),
    ],
)
def test_what_cannot_be_read_is_refused(session, text, error_id):
    script = f"try {{ ConvertFrom-SddlString '{text}' }} catch {{ $_.FullyQualifiedErrorId }}"
    assert session.values(script)[0].partition(",")[0] == error_id
