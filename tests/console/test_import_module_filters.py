"""What Import-Module lets in: versions, kinds of members, names that are there; Get-Module -All; using assembly."""

import pytest

FOLDER = r"C:\Program Files\WindowsPowerShell\Modules"
NOT_FOUND = "was not loaded because no valid module file was found in any module directory."


@pytest.fixture
def shell(machine):
    def write(name, text):
        path = f"{FOLDER}\\{name}"
        machine.host.filesystem.make_directory(path.rpartition("\\")[0], exist_ok=True)
        machine.write(path, text)

    write(
        "Mine\\Mine.psm1",
        "function Get-Mine { 'mine' }; function Get-Date { 'date' }; New-Alias gmine Get-Mine; "
        "Export-ModuleMember -Function * -Alias *",
    )
    write("Mine\\Inner.psm1", "function Get-Inner { 'inner' }")
    write(
        "Mine\\Mine.psd1",
        "@{ RootModule = 'Mine.psm1'; ModuleVersion = '1.2'; NestedModules = 'Inner.psm1'; "
        "FunctionsToExport = '*'; AliasesToExport = '*' }",
    )
    for version in ("1.0", "2.0", "3.0"):
        write(f"Many\\{version}\\Many.psm1", f"function Get-Many {{ '{version}' }}")
        write(
            f"Many\\{version}\\Many.psd1",
            f"@{{ RootModule = 'Many.psm1'; ModuleVersion = '{version}'; FunctionsToExport = 'Get-Many' }}",
        )

    def run(script):
        return machine.run(
            f"powershell -Command \"$ErrorActionPreference = 'Stop'; {script}\""
        ).out.splitlines()

    return run


def test_no_clobber_keeps_the_commands_that_are_there(shell):
    assert shell("ipmo Mine -NoClobber; Get-Mine; (Get-Date).GetType().Name; gmine") == [
        "mine",
        "DateTime",
        "mine",
    ]
    assert shell("ipmo Mine; Get-Date") == ["date"]


def test_a_filter_of_one_kind_keeps_the_others_out(machine, shell):
    machine.write(
        "C:\\work\\own.psm1",
        "function Get-Own { 'own' }; New-Alias gown Get-Own; Export-ModuleMember * -Alias *",
    )
    told = "catch { $_.FullyQualifiedErrorId }"
    assert shell(f"ipmo C:\\work\\own.psm1 -Cmdlet *; try {{ Get-Own }} {told}") == [
        "CommandNotFoundException"
    ]
    assert shell(f"ipmo C:\\work\\own.psm1 -Function Get-Own; Get-Own; try {{ gown }} {told}") == [
        "own",
        "CommandNotFoundException",
    ]


def test_nested_modules_are_listed_with_all(shell):
    assert shell("ipmo Mine; (gmo -All).Name -contains 'Inner'; (gmo).Name -contains 'Inner'") == [
        "True",
        "False",
    ]


def test_versions_side_by_side(shell):
    assert shell(
        "ipmo Many -RequiredVersion 2.0; Get-Many; rmo Many; ipmo Many -MaximumVersion 1.9; Get-Many; rmo Many; "
        "ipmo Many; Get-Many"
    ) == ["2.0", "1.0", "3.0"]


@pytest.mark.parametrize(
    ("bounds", "words"),
    [
        ("-MinimumVersion 9.0", " with version '9.0' "),
        ("-RequiredVersion 2.5", " with version '2.5' "),
        ("-MaximumVersion 0.9", " with MaximumVersion '0.9' "),
        ("-MinimumVersion 4.0 -MaximumVersion 5.0", " with MinimumVersion '4.0' and MaximumVersion '5.0' "),
    ],
)
@pytest.mark.parametrize("name", ["Mine", "Many"])
def test_a_version_that_is_not_there(shell, name, bounds, words):
    assert shell(
        f"try {{ ipmo {name} {bounds} }} catch {{ $_.FullyQualifiedErrorId.Split(',')[0]; $_.Exception.Message }}"
    ) == ["Modules_ModuleWithVersionNotFound", f"The specified module '{name}'{words}{NOT_FOUND}"]


def test_using_assembly_takes_names_of_dotnet_and_no_files(machine):
    machine.write("C:\\work\\a.ps1", "using assembly System.Windows.Forms\r\n'ran'")
    machine.write("C:\\work\\b.ps1", "using assembly C:\\mine.dll\r\n'ran'")
    assert machine.run("powershell -File C:\\work\\a.ps1").out.split() == ["ran"]
    assert "Cannot load assembly 'C:\\mine.dll'." in machine.run("powershell -File C:\\work\\b.ps1").err
