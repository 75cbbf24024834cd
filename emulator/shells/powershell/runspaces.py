"""The runspaces of a pool: made when needed, used by one pipeline at a time, kept for the next."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from emulator.shells.powershell.configurations import SETUP_PARAMETERS, is_seven
from emulator.shells.powershell.interface import RemoteInterface

if TYPE_CHECKING:
    from emulator.powershell.runtime import Runspace
    from emulator.powershell.runtime.engine import Engine
    from emulator.shells.powershell.pipeline import Pipeline
    from emulator.shells.powershell.pool import RunspacePoolShell


class PooledRunspace:
    """One runspace and the user interface of its scripts."""

    def __init__(self, pool: RunspacePoolShell) -> None:
        self._pool = pool
        self._runspace: Runspace | None = None
        self._users: list[Pipeline] = []
        self._stop_asked = False
        self._interruptions: deque[Callable[[], None]] = deque()
        self.interface = RemoteInterface()

    @property
    def runspace(self) -> Runspace:
        """The runspace itself; made in the thread of its first pipeline, for making one takes a while."""
        if self._runspace is None:
            made = self._make()
            made.engine.interruptions = self._interruptions
            self._runspace = made
            if self._stop_asked:
                made.stop()
        return self._runspace

    def prepare(self) -> None:
        """Make the runspace now. Raises PSError when its session configuration cannot be set up."""
        self._runspace = self.runspace

    def _make(self) -> Runspace:
        from emulator.console.programs.powershell.remote import entered_runspace, remote_runspace
        from emulator.shells.powershell.sender_info import sender_info

        pool = self._pool
        variables: dict[str, Any] = {"PSSenderInfo": sender_info(pool)}
        if pool.entered is not None:
            return entered_runspace(pool.entered(), self.interface, variables)
        made = remote_runspace(
            pool.host,
            pool.account,
            self.interface,
            variables,
            pool.process_id,
            program=pool.program,
            is_seven=is_seven(pool.configuration),
            cultures=(pool.settings.data_locale, pool.settings.locale),
        )
        if pool.parameters.keys() & SETUP_PARAMETERS:
            from emulator.console.programs.powershell.session_setup import set_up

            set_up(made, pool.host, pool.owner, pool.parameters)
        return made

    @property
    def engine(self) -> Engine:
        return self.runspace.engine

    @property
    def engine_if_made(self) -> Engine | None:
        """The engine, None before the first script."""
        return None if self._runspace is None else self._runspace.engine

    def stop(self) -> None:
        """Stop what runs, from any thread."""
        # First: it may be made in this moment.
        self._stop_asked = True
        if self._runspace is not None:
            self._runspace.stop()

    def reset_variables(self) -> None:
        """Forget the variables of the scripts that ran here."""
        if self._runspace is not None:
            self._runspace.reset_variables()

    def close(self) -> None:
        """The pool has ended and nothing runs here any more."""
        if self._runspace is not None:
            self._runspace.end_process()

    def interrupt(self, pipeline: Pipeline) -> None:
        """Let a nested pipeline run at the next step of what runs now."""
        self._interruptions.append(pipeline.run)

    def run_interruptions(self) -> None:
        """Run the nested pipelines that came too late for a step of the script."""
        while self._interruptions:
            self._interruptions.popleft()()

    def is_nested_user(self, pipeline: Pipeline) -> bool:
        """Whether the pipeline runs in the middle of another one."""
        return len(self._users) > 1 and self._users[-1] is pipeline

    @contextmanager
    def used_by(self, pipeline: Pipeline) -> Iterator[None]:
        """Scripts see the host of this pipeline until the block ends. Its own thread calls this."""
        before = self.interface.attach(pipeline, pipeline.host_info)
        self._users.append(pipeline)
        try:
            yield
        finally:
            self._users.pop()
            self.interface.attach(*before)
            if self._users and self._users[-1].is_stopping:
                # The stop was meant for the outer one and has only ended what ran in its middle.
                self.stop()

    def forget_stop(self) -> None:
        """Forget a stop that came when its script had ended already."""
        self._stop_asked = False
        if self._runspace is not None:
            self._runspace.engine.stopped.clear()
