"""Scripts that parse, run to their end: no fault inside, no hang, no growth."""

from __future__ import annotations

from random import Random
from typing import Final

from fuzz.script_grammar import Names, ScriptGrammar, names_of
from fuzz.script_session import ScriptMachine

#: What waits for another machine, or for somebody, longer than a fuzzed script may take.
WAITING: Final[frozenset[str]] = frozenset()


class Scripts:
    """A target over one machine; `settle` makes it new."""

    def __init__(self) -> None:
        self.machine = ScriptMachine()
        self.names: Names = names_of(self.machine.runspace.engine, unsafe=WAITING)
        self._grammar = ScriptGrammar(self.names)

    def generate(self, random: Random) -> str:
        """A script."""
        return self._grammar.script(random)

    def check(self, script: str) -> None:
        """Run it: whatever it does, it ends as scripts do."""
        result = self.machine.run(script)
        failure = result.failure
        assert failure is None or failure.error_id != "InternalFault", failure.message
        for one in result.errors:
            assert one.error_id != "InternalFault", one.message

    def settle(self) -> None:
        """Forget what the scripts left."""
        self.machine.renew()
