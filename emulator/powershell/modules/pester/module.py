"""The module Pester: the shapes of its commands, and where their behaviour is.

A name of a version stands for its major version; the parameters of all versions are taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from emulator.powershell.runtime.module import Module

if TYPE_CHECKING:
    from emulator.powershell.dotnet.types import PSType
    from emulator.powershell.runtime.metadata import CommandMetadata

VERSIONS = {3: "3.4.0", 4: "4.10.1", 5: "5.7.1"}
"""The releases of Pester whose rules are followed; 3.4.0 comes with Windows."""
FIRST_WITH_CONFIGURATION = 5


_BEHAVIOURS = tuple(
    f"emulator.powershell.modules.pester.{one}"
    for one in ("declaring", "assertions", "mocks", "mock_objects", "custom_operators", "invoking")
)


#: command -> the first and the last major version that has it.
_VERSIONS_OF: dict[str, tuple[int, int]] = {
    **dict.fromkeys(
        (
            *("Describe", "Context", "It", "Should", "Mock", "Assert-MockCalled"),
            *("BeforeEach", "AfterEach", "BeforeAll", "AfterAll", "InModuleScope", "Invoke-Pester"),
        ),
        (3, 5),
    ),
    **dict.fromkeys(("Assert-VerifiableMocks", "Setup", "Get-TestDriveItem"), (3, 4)),
    "Set-TestInconclusive": (3, 4),
    **dict.fromkeys(
        ("Assert-VerifiableMock", "Add-ShouldOperator", "Set-ItResult", "New-MockObject"), (4, 5)
    ),
    **dict.fromkeys(("BeforeDiscovery", "New-PesterConfiguration", "New-PesterContainer"), (5, 5)),
    # Those of the runner itself.
    **dict.fromkeys(("Invoke-PesterMock", "Invoke-PesterContainer"), (3, 5)),
}
WORDS = frozenset(("describe", "context", "it", "should", "mock", "setup", "inmodulescope")) | frozenset(
    ("beforeeach", "aftereach", "beforeall", "afterall")
)
"""Lower-case names of the commands that have no dash."""


def _names(version: int) -> list[str]:
    return [name for name, (first, last) in _VERSIONS_OF.items() if first <= version <= last]


class _Shapes(Mapping[str, "CommandMetadata"]):
    """The commands of a version. Their shapes are made when one is asked for: few sessions run tests."""

    def __init__(self, version: int) -> None:
        self.version = version
        self._names = _names(version)
        self._made: dict[str, CommandMetadata] | None = None

    def __getitem__(self, name: str) -> CommandMetadata:
        if self._made is None:
            from emulator.powershell.modules.pester.shapes import shapes

            made = shapes(self.version)
            self._made = {name: made[name] for name in self._names}
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def _types() -> Iterable[PSType]:
    from emulator.powershell.modules.pester.types import module_types

    return module_types()


def pester_module(version: int, *, loaded_at_start: bool = False) -> Module:
    """The module as one major version has it."""
    return Module(
        name="Pester",
        version=VERSIONS[version],
        behaviours=_BEHAVIOURS,
        metadata=_Shapes(version),
        class_name="{verb}{noun}",
        description="Runs the tests of a suite against this machine.",
        module_type="Script",
        loaded_at_start=loaded_at_start,
        guid="a699dea5-2c73-4616-a270-1f7abb777e71",
        path=f"C:\\Program Files\\WindowsPowerShell\\Modules\\Pester\\{VERSIONS[version]}\\Pester.psm1",
        types=_types if version >= FIRST_WITH_CONFIGURATION else tuple,
        early_types=("pester.", "pesterconfiguration") if version >= FIRST_WITH_CONFIGURATION else (),
        words=WORDS,
    )
