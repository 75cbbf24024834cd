"""Protected members of compiled bases, which code of a script's class reaches on objects of that class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.types import Method, Overload, Property, PSType, type_of
from emulator.powershell.runtime.script_class import ScriptClass
from emulator.powershell.runtime.script_object import ScriptObject

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine


def protected_member(value: Any, name: str, class_name: str) -> Method | Property | None:
    """The member of a compiled base, or MemberwiseClone, that ``value.name`` means in the code of a class;
    None where the look-up that everybody does decides."""
    key = name.lower()
    if type(value) is ScriptObject:  # of a class without a compiled base
        return _CLONE if key == "memberwiseclone" and value.ps_type.member(key) is None else None
    kind = type_of(value) if value is not None else None
    if not isinstance(kind, ScriptClass) or not any(one.name == class_name for one in kind.lineage()):
        return None
    for one in kind.lineage():
        family = getattr(one, "family_member", None)
        found = one.own_members.get(key) if family is None else family(key)
        if found is not None:
            return None if family is None else found
    return None


def base_member(kind: PSType, name: str, target: Any, *, of_this: bool) -> Method | None:
    """The method of a type that a script has cast an object to, for the call of just that one: of the object
    itself in its class, or of an object whose class of a script or of C# derives from the type. None where
    the method of the object's own class is called."""
    if not (of_this or isinstance(kind, ScriptClass) or _is_own_of(unwrap(target), kind)):
        return None
    family = getattr(kind, "family_member", None) if of_this else None
    found = kind.member(name) if family is None else family(name.lower())
    if not isinstance(found, Method):
        return None
    made = Method(found.name, found.static)
    for one in found.overloads:
        as_base = getattr(one, "as_base", None)
        made.overloads.append(one if as_base is None else as_base())
    return made


def _is_own_of(value: Any, kind: PSType) -> bool:
    """Whether the class of an object is one of a script or of C# that derives from a type."""
    actual = type_of(value) if value is not None else kind
    is_own = isinstance(actual, ScriptClass) or hasattr(actual, "family_member")
    return is_own and actual is not kind and any(one is kind for one in actual.lineage())


def get_protected(value: Any, name: str, class_name: str, engine: Engine) -> Any:
    """``value.name`` in the code of a class."""
    from emulator.powershell.runtime.members import get_member, read_property

    found = protected_member(unwrap(value), name, class_name)
    if isinstance(found, Property):
        return read_property(found, unwrap(value), engine)
    return get_member(value, name, engine)


def set_protected(value: Any, name: str, new: Any, class_name: str, engine: Engine) -> None:
    """``value.name = new`` in the code of a class."""
    from emulator.powershell.runtime.members import set_member, write_property

    found = protected_member(unwrap(value), name, class_name)
    if isinstance(found, Property):
        write_property(found, unwrap(value), new, engine)
    else:
        set_member(value, name, new, engine)


def call_protected(value: Any, name: str, arguments: list[Any], class_name: str, engine: Engine) -> Any:
    """``value.name(arguments)`` in the code of a class."""
    from emulator.powershell.runtime.invoke import call_method, run_method

    found = protected_member(unwrap(value), name, class_name)
    if isinstance(found, Method):
        return run_method(found, unwrap(value), arguments, engine)
    return call_method(value, name, arguments, engine)


def _cloned(this: ScriptObject) -> ScriptObject:
    made = ScriptObject(this.ps_type, this.made_in)
    made.fields = dict(this.fields)
    return made


_CLONE = Method("MemberwiseClone", static=False)
_CLONE.overloads.append(Overload("", _cloned, contextual=False))
