"""The module Pester: the shapes of its commands, and where their behaviour is.

A name of a version stands for its major version; the parameters of all versions are taken.
"""

from __future__ import annotations

from collections.abc import Iterable

from emulator.pester.operators import ALIASES, NAMES
from emulator.powershell.runtime.metadata import ALL_SETS, CommandMetadata, Parameter, SetFlags
from emulator.powershell.runtime.module import Module

VERSIONS = {3: "3.4.0", 4: "4.10.1", 5: "5.7.1"}
"""The releases of Pester whose rules are followed; 3.4.0 comes with Windows."""


_BEHAVIOURS = tuple(
    f"emulator.pester.{one}"
    for one in ("declaring", "assertions", "mocks", "mock_objects", "custom_operators")
)


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


_BLOCK = _shape(
    "Name string m0",
    "Fixture scriptblock 1",
    "Tag string[] - Tags",
    "ForEach object ?",
    "Skip switch -",
    "Pending switch -",
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


def pester_module(version: int) -> Module:
    """The module as one major version has it."""
    verifiable = _shape()
    return Module(
        name="Pester",
        version=VERSIONS[version],
        behaviours=_BEHAVIOURS,
        metadata={
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
                "CommandName string m0",
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
            "Invoke-PesterContainer": _shape("Path string m"),
            "Setup": _shape(
                "Dir switch -", "File switch -", "Path string 0?", "Content object 1?", "PassThru switch -"
            ),
            "Get-TestDriveItem": _shape("Path string 0?"),
        },
        class_name="{verb}{noun}",
        description="Runs the tests of a suite against this machine.",
        module_type="Script",
        loaded_at_start=True,
    )
