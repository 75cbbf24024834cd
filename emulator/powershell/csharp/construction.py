"""How an object of a C# class comes to be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.csharp.frames import Frame
from emulator.powershell.csharp.native_calls import construct_native, missing
from emulator.powershell.csharp.objects import CSharpObject, fields_of
from emulator.powershell.csharp.overloads import NoOverloadError, choose
from emulator.powershell.dotnet.exceptions import ExceptionObject
from emulator.powershell.runtime.script_object import STATELESS_BASES

if TYPE_CHECKING:
    from emulator.powershell.csharp.members import Method
    from emulator.powershell.csharp.types import CSharpType
    from emulator.powershell.runtime.engine import Engine

#: Bases that keep nothing of their own.
_PLAIN = frozenset({"System.Object", "System.Attribute", "System.MarshalByRefObject", *STATELESS_BASES})


def build(
    kind: CSharpType, engine: Engine, given: list[Any], names: list[str | None], concrete: CSharpType
) -> Any:
    """An object of ``concrete``, as far as its base ``kind`` makes it. Raises NoOverloadError."""
    if not kind.constructors:
        if given:
            raise NoOverloadError
        this = _base(kind, engine, [], [], concrete)
        _fill(kind, engine, this)
        return this
    method, values, _ = choose(kind.constructors, given, names, engine)
    return _run(kind, engine, method, values, concrete)


def _run(kind: CSharpType, engine: Engine, method: Method, values: list[Any], concrete: CSharpType) -> Any:
    from emulator.powershell.csharp.bodies import compile_constructor

    code = compile_constructor(method)
    frame = Frame(engine, None, values)
    engine.enter()
    try:
        arguments, labels = code.first(frame)
        if code.is_same_type:
            this = _chained(kind, engine, arguments, labels, concrete)
        else:
            this = _base(kind, engine, arguments, labels, concrete)
            _fill(kind, engine, this)
        frame.this = this
        code.body(frame)
    except RecursionError:
        raise engine.depth_error() from None
    finally:
        engine.depth -= 1
    return this


def _chained(
    kind: CSharpType, engine: Engine, arguments: list[Any], names: list[str | None], concrete: CSharpType
) -> Any:
    """What ``: this(...)`` and ``: base(...)`` do; the compiler would refuse arguments that do not fit."""
    try:
        return build(kind, engine, arguments, names, concrete)
    except NoOverloadError:
        what = f"new {kind.name}() with {len(arguments)} arguments"
        raise missing(engine, what) from None


def _base(
    kind: CSharpType, engine: Engine, arguments: list[Any], names: list[str | None], concrete: CSharpType
) -> Any:
    from emulator.powershell.csharp.types import CSharpType as Kind

    base = kind.base_type
    if isinstance(base, Kind):
        base.initialize(engine)
        return _chained(base, engine, arguments, names, concrete)
    if base.name in _PLAIN:
        this: Any = CSharpObject(concrete)
    else:
        from emulator.powershell.runtime.script_object import derived_object

        this = derived_object(construct_native(base, arguments, engine), concrete)
    concrete.clear(this, engine)
    return this


def _fill(kind: CSharpType, engine: Engine, this: Any) -> None:
    for field in kind.fields.values():
        if not field.is_static and field.node.value is not None:
            fields_of(this)[field.key] = field.first_value(engine, this)


def settle_message(exception: ExceptionObject, engine: Engine) -> ExceptionObject:
    """An exception whose type overrides Message shows that text everywhere."""
    from emulator.powershell.csharp.types import CSharpType as Kind

    kind = exception.ps_type
    if isinstance(kind, Kind):
        getter = kind.accessor("Message", is_setter=False)
        if getter is not None:
            exception._message = getter.invoke(engine, exception, [])
            exception.parameter = None
    return exception
