"""Arrays, lists, queues and stacks."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from typing import Any

from emulator.powershell.dotnet.collections import (
    LIST_TYPES,
    ArrayList,
    Enumerator,
    GenericList,
    PSArray,
    Queue,
    Stack,
    TypedArray,
)
from emulator.powershell.dotnet.exceptions import NetError, argument_error, null_argument, out_of_range
from emulator.powershell.dotnet.introsort import introsort
from emulator.powershell.dotnet.library.comparers import order_of, sort_by
from emulator.powershell.dotnet.numbers import Int64
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.types import Property, PSType, array_of, builtin, register, type_of
from emulator.powershell.runtime.conversion import convert, items_of, to_text
from emulator.powershell.runtime.errors import ConversionError

LIST_INTERFACES = (
    "System.Collections.IList",
    "System.Collections.ICollection",
    "System.Collections.IEnumerable",
)
RANGE_TEXT = "Index was out of range. Must be non-negative and less than the size of the collection."


def same(left: Any, right: Any) -> bool:
    """Equal as the values themselves say."""
    left, right = unwrap(left), unwrap(right)
    if left is right:
        return True
    return type(left) is type(right) and bool(left == right)


def _index(values: Any, item: Any, start: int = 0) -> int:
    if not 0 <= start <= len(values):
        raise out_of_range(RANGE_TEXT, "startIndex")
    return next((i for i in range(start, len(values)) if same(values[i], item)), -1)


def _last_index(values: Any, item: Any) -> int:
    return next((i for i in range(len(values) - 1, -1, -1) if same(values[i], item)), -1)


def _element(values: Any, item: Any, method: str, argument: str) -> Any:
    """An item of a list's or an array's own type. Raises the error of the method's argument."""
    from emulator.powershell.runtime.invoke import argument_conversion

    kind = type_of(values)
    element = kind.element_type or (kind.arguments[0] if kind.arguments else None)
    if element is None or element.name == "System.Object":
        return item
    try:
        return convert(item, element)
    except ConversionError as problem:
        raise argument_conversion(argument, item, method, element, problem) from None


def _add_index(values: ArrayList, item: Any) -> int:
    values.append(item)
    return len(values) - 1


def _add(values: GenericList, item: Any) -> None:
    values.append(_element(values, item, "Add", "item"))


def _add_range(values: Any, items: Any) -> None:
    if items is None:
        raise null_argument("collection")
    values.extend(_element(values, one, "AddRange", "collection") for one in items_of(items))


def _insert(values: Any, place: int, item: Any) -> None:
    if not 0 <= place <= len(values):
        raise out_of_range(
            "Insertion index was out of range. Must be non-negative and less than or equal to size.", "index"
        )
    values.insert(place, _element(values, item, "Insert", "item"))


def _remove(values: Any, item: Any) -> bool:
    place = _index(values, item)
    if place >= 0:
        del values[place]
    return place >= 0


def _remove_quietly(values: Any, item: Any) -> None:
    _remove(values, item)


def _remove_at(values: Any, place: int) -> None:
    if not 0 <= place < len(values):
        raise out_of_range(RANGE_TEXT, "index")
    del values[place]


def _remove_range(values: Any, place: int, count: int) -> None:
    if place < 0 or count < 0 or place + count > len(values):
        raise argument_error(
            "Offset and length were out of bounds for the array or count is greater than the number of "
            "elements from index to the end of the source collection."
        )
    del values[place : place + count]


def _get_range(values: Any, place: int, count: int) -> Any:
    if place < 0 or count < 0 or place + count > len(values):
        raise argument_error(
            "Offset and length were out of bounds for the array or count is greater than the number of "
            "elements from index to the end of the source collection."
        )
    return ArrayList(values[place : place + count])


def _at(values: Any, place: int) -> Any:
    if not 0 <= place < len(values):
        raise out_of_range(RANGE_TEXT, "index")
    return values[place]


def _set_at(values: Any, place: int, item: Any) -> None:
    if not 0 <= place < len(values):
        raise _outside()
    values[place] = _element(values, item, "Set", "value")


def _sort_keys(engine: Any, keys: Any, items: Any, comparer: Any = None) -> None:
    """Array.Sort of two arrays: the second follows the first."""
    if items is None:
        sort_by(engine, keys, comparer)
        return
    if len(items) < len(keys):
        raise argument_error("Keys array is shorter than items array.")
    order = order_of(engine, comparer)
    pairs = list(zip(keys, items, strict=False))
    introsort(pairs, lambda left, right: order(left[0], right[0]))
    keys[:] = [key for key, _ in pairs]
    items[: len(pairs)] = [item for _, item in pairs]


def _sort_part(engine: Any, values: Any, index: int, length: int, comparer: Any = None) -> None:
    if index < 0 or length < 0:
        raise out_of_range("Non-negative number required.", "index" if index < 0 else "length")
    if index + length > len(values):
        raise argument_error(
            "Offset and length were out of bounds for the array or count is greater than the number of "
            "elements from index to the end of the source collection."
        )
    part = list(values[index : index + length])
    sort_by(engine, part, comparer)
    values[index : index + length] = part


def _reverse(values: Any) -> None:
    values.reverse()


def _to_array(values: Any) -> PSArray:
    kind = type_of(values)
    if kind.arguments and kind.arguments[0].name != "System.Object":
        return TypedArray(values, array_of(kind.arguments[0]))
    return PSArray(values)


def copy_to(values: Any, target: Any, start: int = 0) -> None:
    """CopyTo."""
    target = unwrap(target)
    if type(target) not in LIST_TYPES and not isinstance(target, bytearray):
        raise argument_error("Target array type is not compatible with the type of items in the collection.")
    if start < 0:
        raise out_of_range("Number was less than the array's lower bound in the first dimension.", "index")
    if start + len(values) > len(target):
        raise argument_error(
            "Destination array was not long enough. Check destIndex and length, and the array's lower bounds."
        )
    target[start : start + len(values)] = _cast_down(values, target)


def _cast_down(values: Any, target: Any) -> list[Any]:
    """The values as items of the target, which takes only those of its own type."""
    element = type_of(target).element_type
    items = items_of(values) if isinstance(values, bytearray) else list(values)
    if element is None or element.name == "System.Object":
        return items
    for one in items:
        if (one is None and element.is_value_type) or (
            one is not None and not type_of(unwrap(one)).is_assignable_to(element)
        ):
            raise NetError(
                "System.InvalidCastException",
                "At least one element in the source array could not be cast down to the destination array "
                "type.",
            )
    return items


def _contains(values: Any, item: Any) -> bool:
    return _index(values, item) >= 0


def _clear_array(values: Any) -> None:
    _fill_range(values, 0, len(values))


def clear(values: Any) -> None:
    """Clear."""
    values.clear()


def _rewind(enumerator: Enumerator) -> None:
    enumerator.place = -1


register(
    PSType(
        "System.Collections.Enumerator",
        interfaces=("System.Collections.IEnumerator",),
        instance={
            "Current": lambda e: e.current,
            "MoveNext()": Enumerator.move,
            "Reset()": _rewind,
            "Dispose()": lambda _e: None,
        },
        to_text=lambda e: " ".join(to_text(one) for one in e.unroll()),
    ),
    Enumerator,
)


def _enumerate(values: Any) -> Enumerator:
    return Enumerator(items_of(values))


def _clone(values: Any) -> Any:
    return copy(values)


def _create(kind: Any, size: int) -> Any:
    if not 0 <= size <= 8_000_000:
        raise out_of_range("Non-negative number required.", "length")
    if kind.name == "System.Byte":
        return bytearray(size)
    try:
        empty = convert(None, kind) if kind.is_value_type else None
    except ConversionError:
        empty = None
    made = [empty] * size
    return PSArray(made) if kind.name == "System.Object" else TypedArray(made, array_of(kind))


def _copy(source: Any, target: Any, length: int) -> None:
    _copy_parts(source, 0, target, 0, length)


def _copy_parts(source: Any, start: int, target: Any, place: int, length: int) -> None:
    if length < 0:
        raise out_of_range("Non-negative number required.", "length")
    if start < 0:
        raise out_of_range(
            "Number was less than the array's lower bound in the first dimension.", "sourceIndex"
        )
    if start + length > len(source):
        raise argument_error(
            "Source array was not long enough. Check srcIndex and length, and the array's lower bounds."
        )
    if place < 0:
        raise out_of_range(
            "Number was less than the array's lower bound in the first dimension.", "destinationIndex"
        )
    copy_to(source[start : start + length], target, place)


def _fill_range(values: Any, start: int, count: int) -> None:
    if start < 0 or count < 0 or start + count > len(values):
        raise _outside()
    kind = type_of(values).element_type or builtin("System.Object")
    values[start : start + count] = _create(kind, count)


def _outside() -> NetError:
    return NetError("System.IndexOutOfRangeException", "Index was outside the bounds of the array.")


def _first_dimension(function: Callable[[Any], int]) -> Callable[[Any, int], int]:
    def run(values: Any, dimension: int) -> int:
        if dimension != 0:
            raise _outside()
        return function(values)

    return run


def _insert_range(values: Any, place: int, items: Any) -> None:
    if items is None:
        raise null_argument("c")
    if not 0 <= place <= len(values):
        raise out_of_range(RANGE_TEXT, "index")
    values[place:place] = items_of(items)


def _fixed_size(*_given: Any) -> None:
    """What an array says where IList would grow or shrink it."""
    raise NetError("System.NotSupportedException", "Collection was of a fixed size.")


_ARRAY = PSType(
    "System.Array",
    interfaces=(*LIST_INTERFACES, "System.ICloneable"),
    is_abstract=True,
    instance={
        "Length: int": len,
        "LongLength: long": lambda v: Int64(len(v)),
        "Rank: int": lambda _v: 1,
        "SyncRoot": lambda v: v,
        "IsReadOnly: bool": lambda _v: False,
        "IsFixedSize: bool": lambda _v: True,
        "IsSynchronized: bool": lambda _v: False,
        "Add(object value)": _fixed_size,
        "Insert(int index, object value)": _fixed_size,
        "Remove(object value)": _fixed_size,
        "RemoveAt(int index)": _fixed_size,
        "Clear()": _clear_array,
        "Clone()": _clone,
        "Contains(object value)": _contains,
        "CopyTo(object array, int index)": copy_to,
        "Equals(object obj)": lambda a, b: a is b,
        "Get(int index)": _at,
        "GetEnumerator()": _enumerate,
        "GetLength(int dimension)": _first_dimension(len),
        "GetLowerBound(int dimension)": _first_dimension(lambda _v: 0),
        "GetUpperBound(int dimension)": _first_dimension(lambda v: len(v) - 1),
        "GetValue(int index)": _at,
        "IndexOf(object value)": _index,
        "Set(int index, object value)": _set_at,
        "SetValue(object value, int index)": lambda v, item, place: _set_at(v, place, item),
    },
    extended=(Property("Count", len, type_name="System.Int32", kind="AliasProperty"),),
    static={
        "IndexOf(array array, object value)": _index,
        "IndexOf(array array, object value, int startIndex)": _index,
        "LastIndexOf(array array, object value)": _last_index,
        "Reverse(array array)": _reverse,
        "@Sort(array array)": lambda engine, values: sort_by(engine, values, None),
        "@Sort(array array, System.Collections.IComparer comparer)": sort_by,
        "@Sort(array keys, array items)": _sort_keys,
        "@Sort(array keys, array items, System.Collections.IComparer comparer)": _sort_keys,
        "@Sort(array array, int index, int length)": _sort_part,
        "@Sort(array array, int index, int length, System.Collections.IComparer comparer)": _sort_part,
        "Copy(array source, array destination, int length)": _copy,
        "Copy(array source, int sourceIndex, array destination, int destinationIndex, int "
        "length)": _copy_parts,
        "Clear(array array, int index, int length)": _fill_range,
        "CreateInstance(type elementType, int length)": _create,
        "Empty()": PSArray,
    },
)
register(_ARRAY)
_objects = array_of(builtin("System.Object"))
register(_objects, PSArray, list, tuple)


def _make_array(kind: PSType, size: int) -> Any:
    return _create(kind.element_type or builtin("System.Object"), size)


_ARRAY.construct = {"new(int length)": _make_array}
_ARRAY.is_abstract = False


_LIST_MEMBERS: dict[str, Callable[..., Any]] = {
    "Count: int": len,
    "IsReadOnly: bool": lambda _v: False,
    "Capacity: int": lambda v: max(4, 1 << (len(v) - 1).bit_length()) if v else 0,
    "Clear()": clear,
    "Contains(object item)": _contains,
    "CopyTo(object array)": copy_to,
    "CopyTo(object array, int index)": copy_to,
    "GetEnumerator()": _enumerate,
    "IndexOf(object item)": _index,
    "IndexOf(object item, int startIndex)": _index,
    "Insert(int index, object item)": _insert,
    "Item(int index)": _at,
    "LastIndexOf(object item)": _last_index,
    "RemoveAt(int index)": _remove_at,
    "RemoveRange(int index, int count)": _remove_range,
    "GetRange(int index, int count)": _get_range,
    "Reverse()": _reverse,
    "@Sort()": lambda engine, values: sort_by(engine, values, None),
    "ToArray()": _to_array,
    "TrimToSize()": lambda _v: None,
}
register(
    PSType(
        "System.Collections.ArrayList",
        interfaces=(*LIST_INTERFACES, "System.ICloneable"),
        instance={
            **_LIST_MEMBERS,
            "IsFixedSize: bool": lambda _v: False,
            "IsReadOnly: bool": lambda _v: False,
            "IsSynchronized: bool": lambda _v: False,
            "SyncRoot": lambda v: v,
            "Add(object value)": _add_index,
            "AddRange(object c)": _add_range,
            "InsertRange(int index, object c)": _insert_range,
            "Remove(object obj)": _remove_quietly,
            "Clone()": ArrayList,
            "@Sort(System.Collections.IComparer comparer)": sort_by,
            "@Sort(int index, int count, System.Collections.IComparer comparer)": _sort_part,
        },
        static={"Synchronized(System.Collections.ArrayList list)": lambda v: v},
        construct={
            "new()": lambda _kind: ArrayList(),
            "new(int capacity)": lambda _kind, _size: ArrayList(),
            "new(System.Collections.ICollection c)": lambda _kind, values: ArrayList(items_of(values)),
        },
    ),
    ArrayList,
)


def _predicate(values: Any, block: Any, engine: Any) -> list[Any]:
    from emulator.powershell.runtime.conversion import to_bool

    return [one for one in values if to_bool(_result(block, one))] if engine is not None else []


def _result(block: Any, value: Any) -> Any:
    out = block.invoke([value])
    return out[0] if len(out) == 1 else out


def _remove_all(engine: Any, values: Any, block: Any) -> int:
    chosen = {id(one) for one in _predicate(values, block, engine)}
    kept = [one for one in values if id(one) not in chosen]
    count = len(values) - len(kept)
    values[:] = kept
    return count


for _name, _kinds in (
    ("System.Collections.Generic.List`1", ()),
    ("System.Collections.ObjectModel.Collection`1", ()),
    ("System.Collections.Generic.IList`1", ()),
    ("System.Collections.Generic.IEnumerable`1", ()),
    ("System.Collections.Generic.ICollection`1", ()),
):
    register(
        PSType(
            _name,
            interfaces=LIST_INTERFACES,
            instance={
                **_LIST_MEMBERS,
                "Add(object item)": _add,
                "AddRange(object collection)": _add_range,
                "Remove(object item)": _remove,
                "AsReadOnly()": lambda v: v,
                "@Sort(System.Collections.Generic.IComparer`1 comparer)": sort_by,
                "@Sort(System.Comparison`1 comparison)": sort_by,
                "@Sort(int index, int count, System.Collections.Generic.IComparer`1 comparer)": _sort_part,
                "@Find(scriptblock match)": lambda e, v, b: next(iter(_predicate(v, b, e)), None),
                "@FindAll(scriptblock match)": lambda e, v, b: GenericList(_predicate(v, b, e), v.ps_type),
                "@Exists(scriptblock match)": lambda e, v, b: bool(_predicate(v, b, e)),
                "@RemoveAll(scriptblock match)": _remove_all,
            },
            construct={
                "new()": lambda kind: GenericList((), kind),
                "new(int capacity)": lambda kind, _size: GenericList((), kind),
                "new(System.Collections.IEnumerable collection)": lambda kind, values: GenericList(
                    [convert(one, kind.arguments[0]) for one in items_of(values)], kind
                ),
            },
        ),
        *_kinds,
    )


def _pop(values: Any) -> Any:
    if not values:
        name = "Queue" if isinstance(values, Queue) else "Stack"
        raise NetError("System.InvalidOperationException", f"{name} empty.")
    return values.pop(0)


def _peek(values: Any) -> Any:
    if not values:
        name = "Queue" if isinstance(values, Queue) else "Stack"
        raise NetError("System.InvalidOperationException", f"{name} empty.")
    return values[0]


for _name, _class, _push in (
    ("System.Collections.Queue", Queue, "Enqueue"),
    ("System.Collections.Generic.Queue`1", None, "Enqueue"),
    ("System.Collections.Stack", Stack, "Push"),
    ("System.Collections.Generic.Stack`1", None, "Push"),
):
    _maker: Any = Queue if _push == "Enqueue" else Stack
    _put: Any = (
        (lambda v, item: v.append(item)) if _push == "Enqueue" else (lambda v, item: v.insert(0, item))
    )
    register(
        PSType(
            _name,
            interfaces=LIST_INTERFACES[1:],
            instance={
                "Count: int": len,
                f"{_push}(object obj)": _put,
                ("Dequeue()" if _push == "Enqueue" else "Pop()"): _pop,
                "Peek()": _peek,
                "Contains(object obj)": _contains,
                "Clear()": clear,
                "ToArray()": PSArray,
                "GetEnumerator()": _enumerate,
            },
            construct={
                "new()": lambda _kind, make=_maker: make(),
                "new(System.Collections.ICollection c)": lambda _kind, c, make=_maker: make(items_of(c)),
            },
        ),
        *((_class,) if _class else ()),
    )


register(array_of(builtin("System.Byte")), bytearray, bytes)
