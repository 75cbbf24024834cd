"""Property arguments of Select-Object, Sort-Object, Format-Table and the like: names, patterns, blocks,
hash tables.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from emulator.powershell.dotnet.collections import DICTIONARY_TYPES, PSArray
from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.regex import is_wildcard, like
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import PSError
from emulator.powershell.runtime.members import MISSING, get_property, property_names
from emulator.powershell.runtime.script_block import ScriptBlock

Reader = Callable[[Any], Any]


def compared_in(call: CmdletCall) -> str:
    """The name of the culture by whose rules a cmdlet compares texts: that of -Culture (a name or an LCID),
    or that of the thread. Raises the errors of one that is none, and of one whose order is not known."""
    from emulator.powershell.dotnet.cultures.collation import order_of
    from emulator.powershell.dotnet.cultures.present import current

    given = to_text(call.get("Culture"))
    name = current().name
    if given:
        from emulator.powershell.dotnet.library.cultures import culture_named, culture_numbered

        try:
            lcid = int(given, 16) if given.lower().startswith("0x") else int(given)
        except ValueError:
            lcid = None
        try:
            name = (culture_named(given, call.engine) if lcid is None else culture_numbered(lcid)).name
        except NetError as problem:
            raise call.failure(
                "System.Management.Automation.ParameterBindingException",
                "Cannot bind parameter 'Culture' to the target. Exception setting \"Culture\": "
                f'"{problem.exception.message}"',
                "ParameterBindingFailed",
                "WriteError",
            ) from None
    try:
        order_of(name)
    except PSError as problem:
        raise call.complete(problem) from None
    return name


class PropertyArgument:
    """One entry of a -Property list.

    ``label`` is the name given by a hash table or None; ``text`` a property name or pattern; ``read``
    evaluates the entry for an object. ``options`` are the other keys of a hash table, in lower case.
    """

    __slots__ = ("block", "call", "label", "options", "text")

    def __init__(self, call: CmdletCall, value: Any, keys: tuple[str, ...]) -> None:
        self.call = call
        self.label: str | None = None
        self.text: str | None = None
        self.block: ScriptBlock | None = None
        self.options: dict[str, Any] = {}
        base = unwrap(value)
        if type(base) in DICTIONARY_TYPES:
            for key, item in base.items():
                self._option(to_text(key).lower(), item, keys)
        elif isinstance(base, ScriptBlock):
            self.block = base
        else:
            self.text = to_text(base)

    def _option(self, key: str, item: Any, keys: tuple[str, ...]) -> None:
        names = ("name", "label", "expression", *keys)
        found = [one for one in names if one.startswith(key)]
        if not found:
            raise self.call.failure(
                "System.NotSupportedException",
                f"The {key} key is not valid.",
                "DictionaryKeyIllegal",
                "InvalidArgument",
            )
        word = found[0]
        if word in ("name", "label"):
            self.label = to_text(item)
        elif word == "expression":
            inner = unwrap(item)
            if isinstance(inner, ScriptBlock):
                self.block = inner
            else:
                self.text = to_text(inner)
        else:
            self.options[word] = item

    @property
    def name(self) -> str:
        """What the result is called."""
        if self.label is not None:
            return self.label
        return self.text if self.text is not None else (self.block.text if self.block is not None else "")

    def read(self, value: Any) -> Any:
        """The entry's value for an object; errors in blocks, and a property that is not there, give $null:
        neither Length nor Count of what has none, nor the members of the items of a list."""
        found = self.find(value)
        return None if found is MISSING else found

    def find(self, value: Any) -> Any:
        """Like `read`, but MISSING for a property that is not there."""
        if self.block is not None:
            return self.block_value(value)
        return get_property(value, self.text or "", self.call.engine)

    def block_value(self, value: Any) -> Any:
        """The result of the block with ``$_`` set, nothing when it fails."""
        try:
            return self.block_result(value)
        except PSError:
            return None

    def block_result(self, value: Any) -> Any:
        """The result of the block with ``$_`` set. Raises its error, which is in $Error by then."""
        assert self.block is not None  # noqa: S101 - callers look first
        engine = self.call.engine
        # An error in the block ends the block and reaches whoever asked for the value, not the error stream.
        outer, engine.catching = engine.catching, 1
        try:
            out = self.call.invoke(self.block, value)
        except PSError as problem:
            engine.remember(problem.record)
            raise
        finally:
            engine.catching = outer
        if not out:
            return None
        return out[0] if len(out) == 1 else PSArray(out)

    def names_for(self, value: Any) -> list[str]:
        """The property names a pattern stands for on an object."""
        if self.text is None or not is_wildcard(self.text):
            return [self.text or ""]
        return [one for one in property_names(value) if like(one, self.text)]


def arguments_of(call: CmdletCall, values: Any, *keys: str) -> list[PropertyArgument]:
    """The entries of a -Property list. ``keys`` are the further hash table keys allowed."""
    return [PropertyArgument(call, one, keys) for one in values or ()]
