"""The parameters of Pester's commands."""

from __future__ import annotations

from collections.abc import Iterable

from emulator.powershell.modules.pester.operators import ALIASES, NAMES
from emulator.powershell.runtime.metadata import ALL_SETS, CommandMetadata, Parameter, SetFlags


def _parameter(text: str) -> Parameter:
    """``Name type flags alias,alias``: - for no flags, ``?`` allows null and empty values."""
    name, kind, flags, *rest = text.split()
    loose = "?" in flags
    return Parameter(
        name,
        kind,
        aliases=rest[0].split(",") if rest else (),
        sets={ALL_SETS: SetFlags.parse(flags.replace("?", "").replace("-", ""))},
        allow_null=loose,
        allow_empty_text=loose,
        allow_empty_collection=loose,
    )


def _shape(*parameters: str) -> CommandMetadata:
    return CommandMetadata([_parameter(one) for one in parameters])


_INVOKE_3 = (
    "Script object[] 0? Path,relative_path",
    "TestName string[] 1 Name",
    "EnableExit switch 2",
    "OutputXml string 3",
    "Tag string[] 4 Tags",
    "ExcludeTag string[] -",
    "PassThru switch -",
    "CodeCoverage object[] -?",
    "Strict switch -",
    "OutputFile string -",
    "OutputFormat string -",
    "Quiet switch -",
    "PesterOption object -?",
)
_INVOKE_4 = (
    *_INVOKE_3,
    "Show string[] -",
    "CodeCoverageOutputFile string -",
    "CodeCoverageOutputFileEncoding string -",
    "CodeCoverageOutputFileFormat string -",
)
_INVOKE_5 = (
    "Path string[] 0 Script",
    "ExcludePath string[] -",
    "TagFilter string[] - Tag,Tags",
    "ExcludeTagFilter string[] - ExcludeTag",
    "FullNameFilter string[] 1 Name,TestName",
    "EnableExit switch -",
    "CI switch -",
    "Output string - Show",
    "PassThru switch -",
    "Container object[] -?",
    "Configuration object -?",
    "CodeCoverage object[] -?",
    "CodeCoverageOutputFile string -",
    "CodeCoverageOutputFileEncoding string -",
    "CodeCoverageOutputFileFormat string -",
    "Strict switch -",
    "OutputFile string -",
    "OutputFormat string -",
    "Quiet switch -",
    "PesterOption object -?",
)
_BLOCK = _shape(
    "Name string m0",
    "Fixture scriptblock 1",
    "Tag string[] - Tags",
    "ForEach object ?",
    "Skip switch -",
    "Pending switch -",
    "AllowNullOrEmptyForEach switch -",
)
_SETUP = _shape("Scriptblock scriptblock m0")
_COUNTED = (
    "CommandName string 0",
    "Times int 1",
    "ParameterFilter scriptblock 2",
    "ExclusiveFilter scriptblock -",
    "ModuleName string 3",
    "Scope string 4",
    "Exactly switch -",
    "Because string -",
)


def should_metadata(custom: Iterable[str] = (), extra: Iterable[Parameter] = ()) -> CommandMetadata:
    """The parameters of Should, with the names of the suite's own operators and what those take."""
    aliases: dict[str, list[str]] = {}
    for name, alias in ALIASES:
        aliases.setdefault(name, []).append(alias)
    operators = [f"{name} switch - {','.join(aliases.get(name, ()))}".rstrip() for name in NAMES]
    texts = (
        "ActualValue object v?",
        "Not switch -",
        *operators,
        *(f"{name} switch -" for name in custom),
        "ExpectedValue object 0?",
        "Second object 1?",
        "Third object 2?",
        "Fourth object 3?",
        "Fifth object 4?",
        "Because string -?",
        "RegularExpression object -",
        "ExpectedType object -",
        "ExpectedContent object -",
        "ExpectedMessage string -?",
        "ErrorId string -?",
        "ExceptionType object -",
        "PassThru switch -",
        "ParameterName string -",
        "Type object -",
        "DefaultValue object -?",
        "Mandatory switch -",
        "InParameterSet string -",
        "HasArgumentCompleter switch -",
        "Alias string[] -",
        *(one.split()[0] + " " + one.split()[1] + " -" for one in _COUNTED if not one.startswith("Because")),
    )
    named = [
        Parameter(one.name, one.type_name, aliases=one.aliases, sets={ALL_SETS: SetFlags()}, allow_null=True)
        for one in extra
    ]
    return CommandMetadata([*(_parameter(one) for one in texts), *named])


def shapes(version: int) -> dict[str, CommandMetadata]:
    """The shapes of all commands, those of Invoke-Pester as the version has them."""
    verifiable = _shape()
    invoking = {3: _INVOKE_3, 4: _INVOKE_4, 5: _INVOKE_5}[version]
    return {
        "Describe": _BLOCK,
        "Context": _BLOCK,
        "It": _shape(
            "Name string m0",
            "Test scriptblock 1",
            "TestCases object ? ForEach",
            "Tag string[] - Tags",
            "Skip switch - Ignore",
            "Pending switch -",
            "AllowNullOrEmptyForEach switch -",
        ),
        **dict.fromkeys(("BeforeAll", "BeforeEach", "AfterAll", "AfterEach"), _SETUP),
        "BeforeDiscovery": _shape("ScriptBlock scriptblock m0"),
        "InModuleScope": _shape(
            "ModuleName string m0",
            "ScriptBlock scriptblock m1",
            "Parameters object ?",
            "ArgumentList object[] ?",
        ),
        "Set-ItResult": _shape(
            "Inconclusive switch -", "Pending switch -", "Skipped switch -", "Because string -?"
        ),
        "Set-TestInconclusive": _shape("Message string 0?"),
        "Should": should_metadata(),
        "Add-ShouldOperator": _shape(
            "Name string m0",
            "Test object m1",
            "Alias string[] -",
            "InternalName string -",
            "SupportsArrayInput switch -",
        ),
        "Mock": _shape(
            "CommandName string 0",
            "MockWith scriptblock 1",
            "Verifiable switch -",
            "ParameterFilter scriptblock 2",
            "ModuleName string 3",
            "RemoveParameterType string[] 4",
            "RemoveParameterValidation string[] 5",
        ),
        "New-MockObject": _shape(
            "Type type 0",
            "InputObject object -?",
            "Properties hashtable -?",
            "Methods hashtable -?",
            "MethodHistoryPrefix string -?",
        ),
        "Invoke-PesterMock": _shape(
            "InputObject object v?", "Module string -?", "Name string m", "Arguments object[] ?"
        ),
        "Assert-MockCalled": _shape(*_COUNTED),
        "Assert-VerifiableMock": verifiable,
        "Assert-VerifiableMocks": verifiable,
        "Invoke-Pester": _shape(*invoking),
        "New-PesterConfiguration": _shape("Hashtable object 0?"),
        "New-PesterContainer": _shape("Path string[] -", "ScriptBlock scriptblock[] -", "Data object -?"),
        "Invoke-PesterContainer": _shape("Path string m"),
        "Setup": _shape(
            "Dir switch -", "File switch -", "Path string 0?", "Content object 1?", "PassThru switch -"
        ),
        "Get-TestDriveItem": _shape("Path string 0?"),
    }
