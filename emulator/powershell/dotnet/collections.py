"""Arrays, lists and dictionaries of .NET.

``PSArray`` is ``object[]``; ``TypedArray`` knows another element type. ``byte[]`` is a ``bytearray``.
A Hashtable lists its keys in the order of .NET Framework, which follows their hash codes; that order is
worked out when somebody asks for it. The other dictionaries list them as they were added.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, overload

if TYPE_CHECKING:
    from emulator.powershell.dotnet.hash_buckets import Buckets
    from emulator.powershell.dotnet.types import PSType


class PSArray(list[Any]):
    """An array of objects. Its length never changes after it was made; items may."""

    __slots__ = ()


class TypedArray(PSArray):
    """An array of another type than object, for example ``string[]``."""

    __slots__ = ("ps_type",)

    def __init__(self, items: Iterable[Any], ps_type: PSType) -> None:
        super().__init__(items)
        self.ps_type = ps_type


class ArrayList(list[Any]):
    """System.Collections.ArrayList."""

    __slots__ = ()


class DeserializedList(ArrayList):
    """An ArrayList that came over the wire; ``ps_type_names`` are those of the original, deserialized."""

    __slots__ = ("ps_type_names",)

    ps_type_names: tuple[str, ...]


class GenericList(list[Any]):
    """System.Collections.Generic.List of an element type (and Collection, ObservableCollection)."""

    __slots__ = ("ps_type",)

    def __init__(self, items: Iterable[Any], ps_type: PSType) -> None:
        super().__init__(items)
        self.ps_type = ps_type


class Enumerator:
    """System.Collections.IEnumerator over a list."""

    __slots__ = ("items", "place")

    def __init__(self, items: list[Any]) -> None:
        self.items = items
        self.place = -1

    def unroll(self) -> list[Any]:
        """The items that were not reached yet; they are reached now."""
        left = self.items[self.place + 1 :]
        self.place = len(self.items)
        return left

    def one_by_one(self) -> Iterator[Any]:
        """The same for a loop; what a loop that ends early does not reach is left to whoever comes next."""
        while self.move():
            yield self.current

    def move(self) -> bool:
        """Go to the next item; false when there is none."""
        self.place += 1
        return self.place < len(self.items)

    @property
    def current(self) -> Any:
        """The item reached, None before the first and behind the last."""
        return self.items[self.place] if 0 <= self.place < len(self.items) else None


class Queue(list[Any]):
    """System.Collections.Queue, first item first."""

    __slots__ = ()


class Stack(list[Any]):
    """System.Collections.Stack, top item first."""

    __slots__ = ()


LIST_TYPES: set[type] = {
    PSArray,
    TypedArray,
    ArrayList,
    DeserializedList,
    GenericList,
    Queue,
    Stack,
    list,
    tuple,
}
"""What is unrolled as a list.

Python's own list and tuple count as ``object[]``; list classes of types add themselves.
"""


class DictionaryEntry:
    """System.Collections.DictionaryEntry."""

    __slots__ = ("key", "value")

    def __init__(self, key: Any, value: Any) -> None:
        self.key = key
        self.value = value


class KeyValuePair(DictionaryEntry):
    """System.Collections.Generic.KeyValuePair, the entry of a generic dictionary."""

    __slots__ = ()


class Hashtable:
    """System.Collections.Hashtable; ``@{}`` compares text keys without case, a bare ``New-Object`` one
    with case.

    ``comparer`` names the StringComparer whose hash codes it goes by, and ``capacity`` the number of entries
    it was made for: both decide in which order it lists them.
    """

    __slots__ = (
        "_buckets",
        "_items",
        "_listed",
        "_rewritten",
        "case_sensitive",
        "changes",
        "comparer",
        "sync_root",
    )

    ordered = False
    by_hash_code = True
    """Whether its keys are listed by their hash codes, and not as they were added."""

    def __init__(
        self,
        items: Iterable[tuple[Any, Any]] = (),
        *,
        case_sensitive: bool = False,
        comparer: str = "",
        capacity: int = 0,
    ) -> None:
        self.case_sensitive = case_sensitive
        self.comparer = comparer or ("Ordinal" if case_sensitive else "CurrentCultureIgnoreCase")
        self.sync_root: Any = None
        """SyncRoot: an object of its own, once somebody has asked for it."""
        self._items: dict[Any, tuple[Any, Any]] = {}
        self.changes = 0
        """How often keys were written or taken out: who goes through the table must not see it change."""
        self._buckets: Buckets | int | None = capacity
        self._listed: list[Any] | None = None
        self._rewritten = -1
        for key, value in items:
            self[key] = value

    @classmethod
    def as_given(cls, items: Iterable[tuple[Any, Any]] = (), *, case_sensitive: bool = False) -> Hashtable:
        """One that lists its keys as they were added: its order was recorded, or it stands for another
        type."""
        made = cls((), case_sensitive=case_sensitive)
        made._buckets = None
        for key, value in items:
            made[key] = value
        return made

    def _place(self, key: Any) -> Any:
        kind = type(key)
        if kind is str:
            return key if self.case_sensitive else key.lower()
        if kind is int:
            return key
        try:
            hash(key)
        except TypeError:
            return (kind, id(key))
        return (kind, key)

    def __getitem__(self, key: Any) -> Any:
        found = self._items.get(self._place(key))
        return None if found is None else found[1]

    def __setitem__(self, key: Any, value: Any) -> None:
        place = self._place(key)
        self.changes += 1
        old = self._items.get(place)
        if old is None:
            self._items[place] = (key, value)
        else:
            self._items[place] = (old[0], value)
            self._rewritten = len(self._items)

    def __contains__(self, key: Any) -> bool:
        return self._place(key) in self._items

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.keys())

    def _pairs(self) -> Iterable[tuple[Any, Any]]:
        """Keys and values in the order in which they are listed."""
        items = self._items
        if not self.by_hash_code or len(items) < 2:
            return items.values()
        listed = self._listed
        if listed is None or len(listed) != len(items) or self._rewritten == len(items):
            buckets = self._settled()
            if buckets is None:
                return items.values()
            listed = self._listed = buckets.listed()
        return [items[place] for place in listed]

    def _code(self, key: Any) -> int | None:
        """The hash code of a key; None when it is not known."""
        from emulator.powershell.dotnet.hash_codes import key_hash

        return key_hash(key, self.comparer)

    def _settled(self) -> Buckets | None:
        """The buckets with all keys in them; None when the hash code of a key is not known, or does not
        count."""
        buckets = self._buckets
        if buckets is None:
            return None
        if isinstance(buckets, int):
            from emulator.powershell.dotnet.hash_buckets import Buckets

            buckets = self._buckets = Buckets(buckets)
        items = self._items
        if buckets.count < len(items):
            pending = list(islice(reversed(items.items()), len(items) - buckets.count))
            for place, (key, _) in reversed(pending):
                code = self._code(key)
                if code is None:
                    self._buckets = None
                    return None
                buckets.add(place, code)
        if self._rewritten == len(items):
            buckets.make_room()
        self._rewritten = -1
        return buckets

    def items(self) -> list[tuple[Any, Any]]:
        """Keys with their values."""
        return list(self._pairs())

    def keys(self) -> list[Any]:
        """The keys as they were first written."""
        return [pair[0] for pair in self._pairs()]

    def values(self) -> list[Any]:
        """The values."""
        return [pair[1] for pair in self._pairs()]

    def entries(self) -> list[DictionaryEntry]:
        """The pairs as GetEnumerator gives them."""
        return [DictionaryEntry(key, value) for key, value in self._pairs()]

    def get(self, key: Any, default: Any = None) -> Any:
        """The value of a key, or the default."""
        found = self._items.get(self._place(key))
        return default if found is None else found[1]

    def pop(self, key: Any) -> bool:
        """Take a key out; false when it was not there."""
        place = self._place(key)
        self.changes += 1
        if self.by_hash_code and place in self._items:
            buckets = self._settled()
            if buckets is not None:
                buckets.remove(place, self._code(self._items[place][0]) or 0)
            self._listed = None
        return self._items.pop(place, None) is not None

    def clear(self) -> None:
        """Take all keys out."""
        self.changes += 1
        buckets = self._settled() if self.by_hash_code else None
        if buckets is not None:
            buckets.clear()
        self._listed, self._rewritten = None, -1
        self._items.clear()

    def copy(self) -> Hashtable:
        """A new dictionary with the same pairs: a Hashtable, or for other kinds one of its kind."""
        kind = Hashtable if self.by_hash_code else type(self)
        made = kind.__new__(kind)
        Hashtable.__init__(
            made,
            self._pairs(),
            case_sensitive=self.case_sensitive,
            comparer=self.comparer,
            capacity=len(self._items),
        )
        if self._buckets is None:
            made._buckets = None
        return made


class TableView(Sequence[Any]):
    """The keys or the values of a dictionary (KeyCollection, ValueCollection): what the dictionary has when
    somebody looks. They must not change while somebody goes through them."""

    __slots__ = ("_read", "ps_type", "table")

    def __init__(self, table: Hashtable, read: Callable[[], list[Any]], ps_type: PSType) -> None:
        self.table = table
        self.ps_type = ps_type
        self._read = read

    def __iter__(self) -> Iterator[Any]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self.table)

    @overload
    def __getitem__(self, place: int) -> Any: ...

    @overload
    def __getitem__(self, place: slice) -> list[Any]: ...

    def __getitem__(self, place: int | slice) -> Any:
        return self._read()[place]


class DefaultParameterDictionary(Hashtable):
    """System.Management.Automation.DefaultParameterDictionary, what $PSDefaultParameterValues is."""

    __slots__ = ()

    def __init__(self, items: Iterable[tuple[Any, Any]] = ()) -> None:
        super().__init__(items, comparer="OrdinalIgnoreCase")


class OrderedDictionary(Hashtable):
    """System.Collections.Specialized.OrderedDictionary: also indexed by position."""

    __slots__ = ()

    ordered = True
    by_hash_code = False

    def at(self, index: int) -> Any:
        """The value at a position. Raises IndexError."""
        if index < 0:
            raise IndexError(index)
        return list(self._items.values())[index][1]

    def set_at(self, index: int, value: Any) -> None:
        """Replace the value at a position. Raises IndexError."""
        if index < 0:
            raise IndexError(index)
        self.changes += 1
        place = list(self._items)[index]
        self._items[place] = (self._items[place][0], value)

    def insert(self, index: int, key: Any, value: Any) -> None:
        """Put a pair at a position."""
        pairs = self.items()
        pairs.insert(index, (key, value))
        self._items.clear()
        for one_key, one_value in pairs:
            self[one_key] = one_value


class GenericDictionary(Hashtable):
    """System.Collections.Generic.Dictionary: text keys with case unless a comparer says otherwise."""

    __slots__ = ("ps_type",)

    by_hash_code = False

    ps_type: PSType

    def __init__(
        self, items: Iterable[tuple[Any, Any]], ps_type: PSType, *, case_sensitive: bool = True
    ) -> None:
        self.ps_type = ps_type
        super().__init__(items, case_sensitive=case_sensitive)

    def entries(self) -> list[DictionaryEntry]:
        """The pairs as GetEnumerator gives them."""
        return [KeyValuePair(key, value) for key, value in self._items.values()]

    def copy(self) -> Hashtable:
        """A new dictionary of the same type with the same pairs."""
        return GenericDictionary(self.items(), self.ps_type, case_sensitive=self.case_sensitive)


class HashSet:
    """System.Collections.Generic.HashSet."""

    __slots__ = ("_keys", "ps_type")

    def __init__(
        self,
        items: Iterable[Any],
        ps_type: PSType,
        *,
        case_sensitive: bool = True,
        keys: Hashtable | None = None,
    ) -> None:
        self.ps_type = ps_type
        self._keys = Hashtable.as_given((), case_sensitive=case_sensitive) if keys is None else keys
        for item in items:
            self.add(item)

    def like(self, items: Iterable[Any]) -> HashSet:
        """A set of other items that compares them as this one does."""
        keys = self._keys.copy()
        keys.clear()
        return type(self)(items, self.ps_type, keys=keys)

    @property
    def case_sensitive(self) -> bool:
        """Whether texts that differ in case only are two items."""
        return self._keys.case_sensitive

    def add(self, item: Any) -> bool:
        """Put an item in; false when it was there."""
        if item in self._keys:
            return False
        self._keys[item] = True
        return True

    def remove(self, item: Any) -> bool:
        """Take an item out; false when it was not there."""
        return self._keys.pop(item)

    def clear(self) -> None:
        """Take all items out."""
        self._keys.clear()

    def __contains__(self, item: Any) -> bool:
        return item in self._keys

    def __len__(self) -> int:
        return len(self._keys)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._keys.keys())


LIST_TYPES.add(TableView)
FIXED_LISTS: set[type] = set()
"""Collections whose items no index sets."""
ITEM_TYPES: dict[type, str] = {}
"""Collections that keep items of one type, with its full name."""
DICTIONARY_TYPES: set[type] = {Hashtable, DefaultParameterDictionary, OrderedDictionary, GenericDictionary}
"""What is a dictionary; classes of scripts that derive from one add themselves."""
