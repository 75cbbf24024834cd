"""Get-Acl and Set-Acl, and the rules that scripts make for them."""

import pytest


@pytest.fixture
def ps(machine):
    def run(script, **options):
        machine.write("C:\\work\\test.ps1", script)
        ended = machine.run("powershell -ExecutionPolicy Bypass -File C:\\work\\test.ps1", **options)
        return ended.out.replace("\r", "").rstrip("\n").split("\n"), ended.err

    return run


def test_an_access_list_is_shown_as_powershell_does(ps):
    out, err = ps(
        "$a = Get-Acl C:\\work; $a.GetType().FullName; $a.Path; $a.Owner; $a.AreAccessRulesProtected\n"
        "$a.Access | ForEach-Object { '{0}|{1}|{2}|{3}|{4}|{5}' -f $_.IdentityReference, $_.FileSystemRights,"
        " $_.AccessControlType, $_.IsInherited, $_.InheritanceFlags, $_.PropagationFlags }\n"
        "$a.AccessToString"
    )
    assert err == ""
    rules = [
        ("NT AUTHORITY\\SYSTEM", "FullControl", "ContainerInherit, ObjectInherit", "None"),
        ("BUILTIN\\Administrators", "FullControl", "ContainerInherit, ObjectInherit", "None"),
        ("BUILTIN\\Users", "ReadAndExecute, Synchronize", "ContainerInherit, ObjectInherit", "None"),
        ("BUILTIN\\Users", "AppendData", "ContainerInherit", "None"),
        ("BUILTIN\\Users", "CreateFiles", "ContainerInherit", "None"),
        ("CREATOR OWNER", "268435456", "ContainerInherit, ObjectInherit", "InheritOnly"),
    ]
    assert out[:4] == [
        "System.Security.AccessControl.DirectorySecurity",
        "Microsoft.PowerShell.Core\\FileSystem::C:\\work",
        "BUILTIN\\Administrators",
        "False",
    ]
    assert out[4:10] == [f"{who}|{rights}|Allow|True|{flags}|{more}" for who, rights, flags, more in rules]
    assert out[10:] == [f"{who} Allow  {rights}" for who, rights, _, _ in rules]


def test_a_table_of_access_lists(ps):
    out, _ = ps("Get-Acl C:\\Windows, C:\\work")
    assert "    Directory: C:\\" in out
    rows = [line.split() for line in out if line.strip()]
    assert rows[1] == ["Path", "Owner", "Access"]
    assert [row[0] for row in rows[3:]] == ["Windows", "work"]
    # Since 5.0 a table whose first column has no width is fitted to what is in it.
    assert rows[3][1:3] == ["NT", "SERVICE\\TrustedInstaller"]
    out, _ = ps("Get-Acl C:\\work | Format-List")
    assert [line.split(":")[0].strip() for line in out if " : " in line][:4] == [
        "Path",
        "Owner",
        "Group",
        "Access",
    ]
    assert any(line.startswith("Group  : ") and line.endswith("\\None") for line in out)


def test_rules_are_added_changed_and_set(machine, ps):
    out, err = ps(
        "$acl = Get-Acl C:\\work\n"
        "$rule = New-Object System.Security.AccessControl.FileSystemAccessRule('NT VIRTUAL MACHINE\\Virtual"
        " Machines', 'FullControl', 'ContainerInherit,ObjectInherit', 'None', 'Allow')\n"
        "$acl.SetAccessRule($rule)\n"
        "$acl.SetAccessRuleProtection($true, $false)\n"
        "$acl.AddAccessRule([System.Security.AccessControl.FileSystemAccessRule]::new("
        "[System.Security.Principal.SecurityIdentifier]'S-1-5-32-544', 'Modify', 'Allow'))\n"
        "$acl.SetOwner([System.Security.Principal.NTAccount]'Users')\n"
        "Set-Acl C:\\work $acl\n"
        "(Get-Acl C:\\work).Sddl\n"
        "$acl = Get-Acl C:\\work; $acl.Access.Count\n"
        "[void]$acl.RemoveAccessRule($rule); $acl | Set-Acl -Path C:\\work\n"
        "(Get-Acl C:\\work).Access | ForEach-Object IdentityReference | ForEach-Object Value"
    )
    assert err == ""
    group = f"{machine.host.accounts.machine_sid}-513"
    assert out == [
        f"O:BUG:{group}D:PAI(A;;0x1301bf;;;BA)(A;OICI;FA;;;S-1-5-83-0)",
        "2",
        "BUILTIN\\Administrators",
    ]


def test_a_list_of_one_folder_is_given_to_another_and_text_is_read(machine, ps):
    machine.host.filesystem.make_directory("C:\\other")
    out, err = ps(
        "Get-Acl C:\\Windows | Set-Acl C:\\other\n"
        "(Get-Acl C:\\other).Owner\n"
        "$a = Get-Acl C:\\other; $a.SetSecurityDescriptorSddlForm('D:P(A;OICI;FA;;;BA)'); Set-Acl C:\\other $a\n"
        "(Get-Acl C:\\other).AccessToString"
    )
    assert err == ""
    assert out == ["NT SERVICE\\TrustedInstaller", "BUILTIN\\Administrators Allow  FullControl"]


def test_what_is_wrong_is_told(machine, ps):
    guest = machine.host.accounts.create("guest2", "Passw0rd!", groups=("Users",))
    _, err = ps("Set-Acl C:\\Windows (Get-Acl C:\\work)", account=guest)
    assert "Attempted to perform an unauthorized operation." in err
    _, err = ps("Get-Acl C:\\nothing")
    assert "Cannot find path 'C:\\nothing' because it does not exist." in err
    _, err = ps("Get-Acl HKLM:\\SOFTWARE")
    assert "not emulated" in err
    _, err = ps(
        "$a = Get-Acl C:\\work; $a.AddAccessRule([System.Security.AccessControl.FileSystemAccessRule]::new("
        "'nobody', 'Read', 'Allow'))"
    )
    assert "IdentityNotMappedException" in err
