"""Asking the session while a text is completed: commands run without leaving errors behind."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import PSError

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine
    from emulator.powershell.runtime.script_block import ScriptBlock

_QUIET = "$ErrorActionPreference = 'SilentlyContinue'; "


def ask(engine: Engine, script: str, *arguments: Any) -> list[Any]:
    """What a script of ours gives for some arguments; nothing when it fails."""
    return call(engine, engine.script_block(_QUIET + script), list(arguments))


def call(engine: Engine, block: ScriptBlock, arguments: list[Any]) -> list[Any]:
    """What a script block gives; nothing when it fails. $Error and $? stay as they are."""
    errors, success = list(engine.errors), engine.success
    try:
        return block.values_with(engine, None, arguments)
    except PSError:
        return []
    finally:
        engine.errors[:] = errors
        engine.success = success


def texts(values: Iterable[Any]) -> list[str]:
    """Values as texts, each once, in their order."""
    return list(dict.fromkeys(to_text(one) for one in values if one is not None))
