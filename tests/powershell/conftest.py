"""A runspace with the core and utility modules and a clock that stands still."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from emulator.powershell.format.out import text_of
from emulator.powershell.modules.core import CORE
from emulator.powershell.modules.utility import UTILITY
from emulator.powershell.runtime import InitialSession, Result, Runspace
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.services import Environment, Randomness


class Shell:
    """Runs scripts and gives back what tests look at."""

    def __init__(self, runspace: Runspace) -> None:
        self.runspace = runspace
        self.session = runspace.session

    def run(self, script: str, **options: Any) -> Result:
        return self.runspace.run(script, **options)

    def values(self, script: str, **options: Any) -> list[Any]:
        """The output objects of a script that must not fail."""
        result = self.runspace.run(script, **options)
        problems = [*result.errors, *([result.failure] if result.failure else [])]
        assert not problems, [one.message for one in problems]
        return result.output

    def texts(self, script: str, **options: Any) -> list[str]:
        """The output objects as text."""
        return [to_text(one) for one in self.values(script, **options)]

    def shown(self, script: str) -> str:
        """What the console would show of the output."""
        return text_of(self.values(script), self.runspace.engine)

    def error(self, script: str) -> Any:
        """The one error record of a script."""
        result = self.runspace.run(script)
        problems = [*result.errors, *([result.failure] if result.failure else [])]
        assert len(problems) == 1, [one.message for one in problems]
        return problems[0]

    def report(self, script: str) -> str:
        """The one error of a script as the console shows it."""
        return text_of([self.error(script)], self.runspace.engine)


def make_session(**options: Any) -> InitialSession:
    settings: dict[str, Any] = {
        "modules": (CORE, UTILITY),
        "services": {
            Environment: Environment({"Path": "C:\\Windows", "TEMP": "C:\\Temp"}),
            Randomness: Randomness(7),
        },
    }
    settings.update(options)
    return InitialSession(**settings)


@pytest.fixture
def shell() -> Shell:
    return Shell(Runspace(make_session()))


@pytest.fixture
def make_shell() -> Callable[..., Shell]:
    return lambda **options: Shell(Runspace(make_session(**options)))
