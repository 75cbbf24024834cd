"""A shell on a fake machine: runs scripts with the Hyper-V module and keeps what they wrote."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import pytest

from emulator.host import Host, InstalledSystem, VirtualMachine
from emulator.powershell.modules.core import CORE
from emulator.powershell.modules.hyperv import cmdlet_release, hyper_v_module
from emulator.powershell.modules.utility import UTILITY
from emulator.powershell.runtime import InitialSession, Runspace
from emulator.powershell.runtime.services import SilentInterface
from emulator.profile import Profile, load
from emulator.record import field

NEW = "windows-server-2022-datacenter"
OLD = "windows-server-2012r2-datacenter"


@lru_cache
def profile(name: str) -> Profile:
    return load(name)


class Answering(SilentInterface, eq=False):
    """A user interface whose user gives prepared answers; without any left nobody is there."""

    answers: list[str] = field(default_factory=list)
    prompts: list[str] = field(default_factory=list)

    def read_line(self, prompt: str) -> str | None:
        self.prompts.append(prompt)
        return self.answers.pop(0) if self.answers else None


class Shell:
    def __init__(self, name: str = NEW) -> None:
        facts = profile(name)
        self.host = Host(facts, clock_mode="fast")
        for vm in list(self.host.virtual_machines):
            if vm.state.name != "OFF":
                self.host.jobs.wait(vm.turn_off())
            self.host.jobs.wait(self.host.virtual_machines.destroy(vm))
        module = hyper_v_module(facts.release)
        assert module is not None
        self.ui = Answering()
        self.session = InitialSession(
            modules=(CORE, UTILITY, module),
            services={Host: self.host},
            release=cmdlet_release(facts.release) or "",
            ui=self.ui,
        )
        self.runspace = Runspace(self.session)

    def __call__(self, script: str) -> list[Any]:
        """What the script writes. Fails the test when it reports an error."""
        self.last = self.runspace.run(script)
        assert not self.records, [(one.fully_qualified_error_id, one.message) for one in self.records]
        return self.last.output

    def one(self, script: str) -> Any:
        output = self(script)
        assert len(output) == 1, output
        return output[0]

    def fails(self, script: str) -> Any:
        """The one error of a script."""
        self.last = self.runspace.run(script)
        assert len(self.records) == 1, [one.message for one in self.records]
        return self.records[0]

    @property
    def records(self) -> list[Any]:
        failure = self.last.failure
        return [*self.last.errors, *([failure] if failure is not None else [])]

    @property
    def warnings(self) -> list[str]:
        return [one.message for one in self.last.streams.warnings]

    @property
    def screen(self) -> str:
        return "".join(self.ui.written)

    def machine(self, name: str = "vm", *, guest: bool = False, **settings: Any) -> VirtualMachine:
        """A machine that is off; ``guest`` puts a system with integration services into it."""
        vm = self.host.virtual_machines.create(name, **settings)
        if guest:
            vm.guest.install(InstalledSystem("Windows Server 2022", "guest", ("10.0.0.5",), 5.0))
        return vm


@pytest.fixture
def shell() -> Shell:
    return Shell()


@pytest.fixture
def old_shell() -> Shell:
    return Shell(OLD)


@pytest.fixture
def shell_of() -> Callable[[str], Shell]:
    return Shell
