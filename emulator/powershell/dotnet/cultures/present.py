"""The culture of the running thread, which .NET asks wherever a format names none.

A runspace puts its own there for as long as it runs (`Runspace`), and a script changes it. What runs outside
of every runspace has English (United States).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from emulator.powershell.dotnet.cultures.culture import ENGLISH, Culture

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine


class _Present(threading.local):
    culture: Culture = ENGLISH


_present = _Present()


def current() -> Culture:
    """That of this thread."""
    return _present.culture


def put(culture: Culture) -> Culture:
    """Change that of this thread; gives the one before."""
    before, _present.culture = _present.culture, culture
    return before


def of_engine(engine: Engine) -> Culture:
    """That in which the engine's scripts run."""
    if engine.culture is None:
        if engine.session_culture is None:
            if engine.session.culture == "en-US" and not engine.session.culture_settings:
                return ENGLISH
            from emulator.powershell.dotnet.library.cultures import session_culture

            # Asked by a script it becomes the thread's at once; here that is the caller's to do.
            with present(_present.culture):
                session_culture(engine)
        engine.culture = engine.session_culture
    culture: Culture = engine.culture
    return culture


@contextmanager
def present(culture: Culture) -> Iterator[None]:
    """Run a block in a culture."""
    before = put(culture)
    try:
        yield
    finally:
        _present.culture = before
