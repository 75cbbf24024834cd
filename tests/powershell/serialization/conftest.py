"""Objects of a runspace as CLIXML, and psrpcore as the judge of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import pytest
from psrpcore import PSRemotingCrypto
from psrpcore.types import deserialize

from emulator.powershell.modules.core import CORE
from emulator.powershell.modules.utility import UTILITY
from emulator.powershell.runtime import InitialSession, Runspace
from emulator.powershell.serialization.clixml_writer import serialize


@pytest.fixture
def cipher() -> PSRemotingCrypto:
    made = PSRemotingCrypto()
    made.register_key(bytes(range(32)))
    return made


@pytest.fixture
def runspace() -> Runspace:
    return Runspace(InitialSession(modules=(CORE, UTILITY)))


@pytest.fixture
def value_of(runspace: Runspace) -> Callable[[str], Any]:
    """The one output object of a script."""

    def evaluate(script: str) -> Any:
        result = runspace.run(script)
        assert result.failure is None, result.failure.message
        (found,) = result.output
        return found

    return evaluate


@pytest.fixture
def written(runspace: Runspace, value_of: Callable[[str], Any]) -> Callable[..., str]:
    """The output object of a script as CLIXML."""
    return lambda script, **options: serialize(value_of(script), runspace.engine, **options)


@pytest.fixture
def judged(written: Callable[..., str], cipher: PSRemotingCrypto) -> Callable[..., Any]:
    """What psrpcore makes of the output object of a script."""

    def judge(script: str) -> Any:
        text = written(script, encrypt=cipher.encrypt)
        return deserialize(ElementTree.fromstring(text), cipher)  # noqa: S314 -- written by ourselves

    return judge
