"""The methods of System.Linq.Enumerable, lazy where .NET's are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cmp_to_key
from itertools import islice
from typing import TYPE_CHECKING, Any

from emulator.powershell.csharp.arithmetic import arithmetic, number_of
from emulator.powershell.csharp.conversions import cast, default_of, fits
from emulator.powershell.csharp.members import array_from
from emulator.powershell.csharp.objects import Sequence, thrown
from emulator.powershell.csharp.operators import equal
from emulator.powershell.csharp.texts import text_of
from emulator.powershell.dotnet.collections import (
    DICTIONARY_TYPES,
    LIST_TYPES,
    GenericDictionary,
    GenericList,
    HashSet,
    Hashtable,
)
from emulator.powershell.dotnet.delegates import Delegate
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.types import PSType, builtin, type_of
from emulator.powershell.runtime.type_finder import construct_generic

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

Query = Callable[["Engine", list[Any], list[PSType]], Any]
NOT_HERE: Any = object()


def is_source(value: Any) -> bool:
    """Whether queries can go through the value."""
    value = unwrap(value)
    kind = type(value)
    if (
        isinstance(value, Sequence | str | HashSet | bytearray)
        or kind in LIST_TYPES
        or kind in DICTIONARY_TYPES
    ):
        return True
    if isinstance(value, list):
        return True
    actual = type_of(value)
    return hasattr(actual, "methods_named") and bool(actual.methods_named("GetEnumerator"))


def _items(source: Any, engine: Engine) -> Iterator[Any]:
    from emulator.powershell.csharp.iteration import items_of

    if source is None:
        raise thrown("System.ArgumentNullException", "Value cannot be null.", parameter="source")
    return items_of(source, engine)


def _element(value: Any) -> PSType:
    """The type of the items, as far as the value says."""
    kind = type_of(value)
    if kind.element_type is not None:
        return kind.element_type
    if len(kind.arguments) == 1:
        return kind.arguments[0]
    return builtin("System.Object")


def _common(items: list[Any], source: Any, explicit: list[PSType]) -> PSType:
    if explicit:
        return explicit[-1]
    declared = _element(source)
    if declared.name != "System.Object" or not items:
        return declared
    kinds = {type_of(one).name if one is not None else None for one in items}
    first = type_of(items[0]) if items[0] is not None else declared
    # What a selector gives is known to the compiler; here the items say it.
    return first if len(kinds) == 1 and isinstance(source, Sequence) else declared


def _call(function: Delegate, *values: Any) -> Any:
    return function.call(list(values))


def _select(engine: Engine, given: list[Any], _types: list[PSType]) -> Any:
    source, function = given
    if getattr(function, "arity", 1) == 2:
        return Sequence(lambda: (_call(function, one, i) for i, one in enumerate(_items(source, engine))))
    return Sequence(lambda: (_call(function, one) for one in _items(source, engine)))


def _select_many(engine: Engine, given: list[Any], _types: list[PSType]) -> Any:
    source, function = given[:2]

    def make() -> Iterator[Any]:
        for one in _items(source, engine):
            for inner in _items(_call(function, one), engine):
                yield _call(given[2], one, inner) if len(given) > 2 else inner

    return Sequence(make)


def _where(engine: Engine, given: list[Any], _types: list[PSType]) -> Any:
    source, test = given
    return Sequence(lambda: (one for one in _items(source, engine) if _call(test, one)))


def _cast(engine: Engine, given: list[Any], types: list[PSType]) -> Any:
    kind = types[0]
    source = given[0]
    return Sequence(lambda: (cast(one, kind, engine, is_unboxing=True) for one in _items(source, engine)))


def _of_type(engine: Engine, given: list[Any], types: list[PSType]) -> Any:
    kind = types[0]
    source = given[0]
    return Sequence(lambda: (one for one in _items(source, engine) if fits(one, kind)))


def _to_list(engine: Engine, given: list[Any], types: list[PSType]) -> Any:
    items = list(_items(given[0], engine))
    element = _common(items, given[0], types)
    return GenericList(items, construct_generic(builtin("System.Collections.Generic.List`1"), (element,)))


def _to_array(engine: Engine, given: list[Any], types: list[PSType]) -> Any:
    items = list(_items(given[0], engine))
    return array_from(items, _common(items, given[0], types))


def _to_dictionary(engine: Engine, given: list[Any], _types: list[PSType]) -> Any:
    key = given[1]
    value = given[2] if len(given) > 2 and isinstance(given[2], Delegate) else None
    pairs = [
        (_call(key, one), _call(value, one) if value is not None else one) for one in _items(given[0], engine)
    ]
    kinds = (_only([one for one, _ in pairs]), _only([one for _, one in pairs]))
    made = GenericDictionary((), construct_generic(builtin("System.Collections.Generic.Dictionary`2"), kinds))
    for name, item in pairs:
        if name is None:
            raise thrown("System.ArgumentNullException", "Value cannot be null.", parameter="key")
        if name in made:
            raise thrown("System.ArgumentException", "An item with the same key has already been added.")
        made[name] = item
    return made


def _only(values: list[Any]) -> PSType:
    kinds = {type_of(one).name for one in values if one is not None}
    return (
        type_of(next(one for one in values if one is not None))
        if len(kinds) == 1
        else builtin("System.Object")
    )


def _to_hash_set(engine: Engine, given: list[Any], types: list[PSType]) -> Any:
    items = list(_items(given[0], engine))
    kind = construct_generic(
        builtin("System.Collections.Generic.HashSet`1"), (_common(items, given[0], types),)
    )
    return HashSet(items, kind)


def _chosen(engine: Engine, given: list[Any]) -> Iterator[Any]:
    if len(given) > 1:
        return (one for one in _items(given[0], engine) if _call(given[1], one))
    return _items(given[0], engine)


_EMPTY = "Sequence contains no elements"
_NO_MATCH = "Sequence contains no matching element"


def _first(engine: Engine, given: list[Any], _types: list[PSType]) -> Any:
    for one in _chosen(engine, given):
        return one
    raise thrown("System.InvalidOperationException", _NO_MATCH if len(given) > 1 else _EMPTY)


def _or_default(query: Query) -> Query:
    def run(engine: Engine, given: list[Any], types: list[PSType]) -> Any:
        items = list(_chosen(engine, given))
        if not items:
            return default_of(types[0] if types else _element(given[0]), engine)
        return query(engine, [Sequence(lambda: iter(items))], types)

    return run


def _last(engine: Engine, given: list[Any], _types: list[PSType]) -> Any:
    items = list(_chosen(engine, given))
    if not items:
        raise thrown("System.InvalidOperationException", _NO_MATCH if len(given) > 1 else _EMPTY)
    return items[-1]


def _single(engine: Engine, given: list[Any], _types: list[PSType]) -> Any:
    items = list(_chosen(engine, given))
    if not items:
        raise thrown("System.InvalidOperationException", _NO_MATCH if len(given) > 1 else _EMPTY)
    if len(items) > 1:
        text = f"Sequence contains more than one {'matching ' if len(given) > 1 else ''}element"
        raise thrown("System.InvalidOperationException", text)
    return items[0]


def _any(engine: Engine, given: list[Any], _types: list[PSType]) -> bool:
    return any(True for _ in _chosen(engine, given))


def _all(engine: Engine, given: list[Any], _types: list[PSType]) -> bool:
    return all(_call(given[1], one) for one in _items(given[0], engine))


def _count(engine: Engine, given: list[Any], _types: list[PSType]) -> int:
    return sum(1 for _ in _chosen(engine, given))


def _contains(engine: Engine, given: list[Any], _types: list[PSType]) -> bool:
    if len(given) > 2:
        return given[1] in _set([*_items(given[0], engine)], given[2])
    return any(equal(one, given[1], engine) for one in _items(given[0], engine))


def _set(items: list[Any], comparer: Any = None) -> Hashtable:
    sensitive = not getattr(comparer, "ignore_case", False)
    return Hashtable.as_given(((one, True) for one in items), case_sensitive=sensitive)


def _unseen(engine: Engine, source: Any, seen: Hashtable) -> Iterator[Any]:
    """Each item once, without those that were seen before."""
    for one in _items(source, engine):
        if one not in seen:
            seen[one] = True
            yield one


def _distinct(engine: Engine, given: list[Any], _types: list[PSType]) -> Any:
    comparer = given[1] if len(given) > 1 else None
    return Sequence(lambda: _unseen(engine, given[0], _set([], comparer)))


def _union(engine: Engine, given: list[Any], types: list[PSType]) -> Any:
    both = Sequence(lambda: (one for part in given[:2] for one in _items(part, engine)))
    return _distinct(engine, [both, *given[2:]], types)


def _except(engine: Engine, given: list[Any], _types: list[PSType]) -> Any:
    comparer = given[2] if len(given) > 2 else None
    return Sequence(lambda: _unseen(engine, given[0], _set(list(_items(given[1], engine)), comparer)))


def _intersect(engine: Engine, given: list[Any], _types: list[PSType]) -> Any:
    def make() -> Iterator[Any]:
        wanted = _set(list(_items(given[1], engine)), given[2] if len(given) > 2 else None)
        for one in _items(given[0], engine):
            if wanted.pop(one):
                yield one

    return Sequence(make)


def _concat(engine: Engine, given: list[Any], _types: list[PSType]) -> Any:
    return Sequence(lambda: (one for part in given for one in _items(part, engine)))


def _take(engine: Engine, given: list[Any], _types: list[PSType]) -> Any:
    return Sequence(lambda: islice(_items(given[0], engine), max(0, int(given[1]))))


def _skip(engine: Engine, given: list[Any], _types: list[PSType]) -> Any:
    return Sequence(lambda: islice(_items(given[0], engine), max(0, int(given[1])), None))


def _take_while(engine: Engine, given: list[Any], _types: list[PSType]) -> Any:
    def make() -> Iterator[Any]:
        for one in _items(given[0], engine):
            if not _call(given[1], one):
                return
            yield one

    return Sequence(make)


def _skip_while(engine: Engine, given: list[Any], _types: list[PSType]) -> Any:
    def make() -> Iterator[Any]:
        is_passing = False
        for one in _items(given[0], engine):
            is_passing = is_passing or not _call(given[1], one)
            if is_passing:
                yield one

    return Sequence(make)


def _reverse(engine: Engine, given: list[Any], _types: list[PSType]) -> Any:
    return Sequence(lambda: reversed(list(_items(given[0], engine))))


def _order(left: Any, right: Any, comparer: Any) -> int:
    from emulator.powershell.runtime.comparison import compare

    if isinstance(left, str) and isinstance(right, str) and getattr(comparer, "ignore_case", False):
        left, right = left.lower(), right.lower()
    if left is None or right is None:
        return (left is not None) - (right is not None)
    return compare(left, right, ignore_case=False) if isinstance(left, str) else compare(left, right)


class _Ordered(Sequence):
    """A sorted sequence that ThenBy sorts further."""

    __slots__ = ("keys", "source")
    keys: list[Any]
    source: Any


def _sorted(is_descending: bool, is_further: bool) -> Query:
    def run(engine: Engine, given: list[Any], _types: list[PSType]) -> Any:
        key = (given[1], given[2] if len(given) > 2 else None, is_descending)
        earlier = given[0]
        keys = [*earlier.keys, key] if is_further and isinstance(earlier, _Ordered) else [key]
        source = earlier.source if is_further and isinstance(earlier, _Ordered) else earlier

        def compare(left: Any, right: Any) -> int:
            for function, comparer, descending in keys:
                order = _order(_call(function, left), _call(function, right), comparer)
                if order:
                    return -order if descending else order
            return 0

        made = _Ordered(lambda: iter(sorted(_items(source, engine), key=cmp_to_key(compare))))
        made.keys, made.source = keys, source
        return made

    return run


def _group_by(engine: Engine, given: list[Any], _types: list[PSType]) -> Any:
    from emulator.powershell.csharp.groups import Group

    def make() -> Iterator[Any]:
        groups = Hashtable.as_given(case_sensitive=True)
        missing: Any = None
        for one in _items(given[0], engine):
            key = _call(given[1], one)
            group = groups[key] if key is not None else missing
            if group is None:
                group = Group(key)
                if key is None:
                    missing = group
                groups[key] = group
            group.append(_call(given[2], one) if len(given) > 2 else one)
        yield from groups.values()

    return Sequence(make)


def _sum(engine: Engine, given: list[Any], _types: list[PSType]) -> Any:
    total: Any = None
    for one in _items(given[0], engine):
        value = _call(given[1], one) if len(given) > 1 else one
        if value is not None:
            total = value if total is None else arithmetic("+", total, value, True, 0)
    return 0 if total is None else total


def _average(engine: Engine, given: list[Any], _types: list[PSType]) -> float:
    values = [number_of(_call(given[1], one) if len(given) > 1 else one) for one in _items(given[0], engine)]
    if not values:
        raise thrown("System.InvalidOperationException", _EMPTY)
    return float(sum(values)) / len(values)


def _extreme(sign: int) -> Query:
    def run(engine: Engine, given: list[Any], _types: list[PSType]) -> Any:
        values = [_call(given[1], one) if len(given) > 1 else one for one in _items(given[0], engine)]
        if not values:
            raise thrown("System.InvalidOperationException", _EMPTY)
        best = values[0]
        for one in values[1:]:
            if _order(one, best, None) * sign > 0:
                best = one
        return best

    return run


def _aggregate(engine: Engine, given: list[Any], _types: list[PSType]) -> Any:
    items = _items(given[0], engine)
    if len(given) > 2:
        total, function = given[1], given[2]
    else:
        function = given[1]
        total = next(items, NOT_HERE)
        if total is NOT_HERE:
            raise thrown("System.InvalidOperationException", _EMPTY)
    for one in items:
        total = _call(function, total, one)
    return _call(given[3], total) if len(given) > 3 else total


def _element_at(engine: Engine, given: list[Any], _types: list[PSType]) -> Any:
    for one in islice(_items(given[0], engine), max(0, int(given[1])), None):
        return one
    raise thrown(
        "System.ArgumentOutOfRangeException",
        "Index was out of range. Must be non-negative and less than the size of the collection.",
        parameter="index",
    )


def _zip(engine: Engine, given: list[Any], _types: list[PSType]) -> Any:
    first, second, function = given
    return Sequence(
        lambda: (
            _call(function, a, b) for a, b in zip(_items(first, engine), _items(second, engine), strict=False)
        )
    )


def _sequence_equal(engine: Engine, given: list[Any], _types: list[PSType]) -> bool:
    first, second = list(_items(given[0], engine)), list(_items(given[1], engine))
    return len(first) == len(second) and all(equal(a, b, engine) for a, b in zip(first, second, strict=True))


def _range(_engine: Engine, given: list[Any], _types: list[PSType]) -> Any:
    start, count = int(given[0]), int(given[1])
    if count < 0 or start + count - 1 > 0x7FFFFFFF:
        raise thrown(
            "System.ArgumentOutOfRangeException",
            "Specified argument was out of the range of valid values.",
            parameter="count",
        )
    return Sequence(lambda: iter(range(start, start + count)))


def _repeat(_engine: Engine, given: list[Any], _types: list[PSType]) -> Any:
    return Sequence(lambda: (given[0] for _ in range(int(given[1]))))


def _empty(_engine: Engine, _given: list[Any], types: list[PSType]) -> Any:
    return array_from([], types[0] if types else None)


def _default_if_empty(engine: Engine, given: list[Any], _types: list[PSType]) -> Any:
    def make() -> Iterator[Any]:
        items = list(_items(given[0], engine))
        yield from items or [given[1] if len(given) > 1 else None]

    return Sequence(make)


def _unchanged(_engine: Engine, given: list[Any], _types: list[PSType]) -> Any:
    return given[0]


_QUERIES: dict[str, Query] = {
    "Aggregate": _aggregate,
    "All": _all,
    "Any": _any,
    "AsEnumerable": _unchanged,
    "Average": _average,
    "Cast": _cast,
    "Concat": _concat,
    "Contains": _contains,
    "Count": _count,
    "DefaultIfEmpty": _default_if_empty,
    "Distinct": _distinct,
    "ElementAt": _element_at,
    "Empty": _empty,
    "Except": _except,
    "First": _first,
    "FirstOrDefault": _or_default(_first),
    "GroupBy": _group_by,
    "Intersect": _intersect,
    "Last": _last,
    "LastOrDefault": _or_default(_last),
    "LongCount": _count,
    "Max": _extreme(1),
    "Min": _extreme(-1),
    "OfType": _of_type,
    "OrderBy": _sorted(is_descending=False, is_further=False),
    "OrderByDescending": _sorted(is_descending=True, is_further=False),
    "Range": _range,
    "Repeat": _repeat,
    "Reverse": _reverse,
    "Select": _select,
    "SelectMany": _select_many,
    "SequenceEqual": _sequence_equal,
    "Single": _single,
    "SingleOrDefault": _or_default(_single),
    "Skip": _skip,
    "SkipWhile": _skip_while,
    "Sum": _sum,
    "Take": _take,
    "TakeWhile": _take_while,
    "ThenBy": _sorted(is_descending=False, is_further=True),
    "ThenByDescending": _sorted(is_descending=True, is_further=True),
    "ToArray": _to_array,
    "ToDictionary": _to_dictionary,
    "ToHashSet": _to_hash_set,
    "ToList": _to_list,
    "Union": _union,
    "Where": _where,
    "Zip": _zip,
}


def find(name: str) -> Query | None:
    """A query by its exact name."""
    return _QUERIES.get(name)


def named(name: str) -> Query | None:
    """A query by its name in any case, as PowerShell calls it."""
    lowered = name.lower()
    return next((query for key, query in _QUERIES.items() if key.lower() == lowered), None)


def spelling(name: str) -> str | None:
    """The exact name of a query that is named in any case."""
    lowered = name.lower()
    return next((key for key in _QUERIES if key.lower() == lowered), None)


def formatted(kind: PSType, name: str, given: list[Any], engine: Engine) -> Any:
    """String.Join, Concat and Format, whose values are texts by their own ToString; NOT_HERE otherwise."""
    if kind.name != "System.String":
        return NOT_HERE
    if name == "Join" and len(given) >= 2:
        rest = given[1:]
        if len(rest) == 1 and is_source(rest[0]) and not isinstance(rest[0], str):
            rest = list(_items(rest[0], engine))
        return text_of(given[0], engine).join(text_of(one, engine) for one in rest)
    if name == "Concat" and given:
        rest = given
        if len(rest) == 1 and is_source(rest[0]) and not isinstance(rest[0], str):
            rest = list(_items(rest[0], engine))
        return "".join(text_of(one, engine) for one in rest)
    if name == "Format" and given and isinstance(given[0], str):
        from emulator.powershell.csharp.native_calls import guarded
        from emulator.powershell.runtime.text_operators import composite

        rest = given[1:]
        if len(rest) == 1 and type_of(rest[0]).name == "System.Object[]" and rest[0] is not None:
            rest = list(rest[0])
        shown = [_formattable(one, engine) for one in rest]
        return guarded(lambda: composite(given[0], shown, engine.utc_offset_minutes()))
    return NOT_HERE


def _formattable(value: Any, engine: Engine) -> Any:
    kind = type_of(value) if value is not None else None
    if hasattr(kind, "methods_named") or isinstance(value, Sequence | PSType | list):
        return text_of(value, engine)
    return value
