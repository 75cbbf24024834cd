"""What a cmdlet that copies, moves, renames or removes items lets a provider do, and what it hears of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from emulator.powershell.dotnet.regex import like
from emulator.powershell.runtime.errors import NotEmulatedError, PSError

if TYPE_CHECKING:
    from emulator.powershell.providers.paths import Place
    from emulator.powershell.runtime.cmdlet_call import CmdletCall


class ItemChange:
    """One call of Copy-Item, Move-Item, Rename-Item or Remove-Item; a provider may go through many items."""

    def __init__(
        self,
        call: CmdletCall,
        *,
        recurse: bool = False,
        force: bool = False,
        pass_thru: bool = False,
        filter: str | None = None,
        exclude: list[str] | None = None,
    ) -> None:
        self._call = call
        self.recurse = recurse
        self.force = force
        self._pass_thru = pass_thru
        self._filter = filter
        self._exclude = exclude or []

    def allows(self, target: str, action: str) -> bool:
        """-WhatIf and -Confirm of one item."""
        return self._call.should_process(target, action)

    def allows_transfer(self, source: str, destination: str, action: str) -> bool:
        """The same for an item that goes somewhere."""
        return self.allows(f"Item: {source} Destination: {destination}", action)

    def leaves_out(self, name: str) -> bool:
        """Whether a file inside of a folder does not go with it."""
        if self._filter is not None and not like(name, self._filter):
            return True
        return any(like(name, one) for one in self._exclude)

    def made(self, place: Place) -> None:
        """An item is there now: -PassThru writes it."""
        if self._pass_thru:
            self._call.write(self._call.engine.paths.item(place))

    def tell(self, problem: PSError) -> None:
        """Report an error of one item; the others go on."""
        self._call.error(problem.record)

    @contextmanager
    def telling(self) -> Iterator[None]:
        """Report the error of the body. What is not emulated ends the cmdlet."""
        try:
            yield
        except NotEmulatedError:
            raise
        except PSError as problem:
            self.tell(problem)
