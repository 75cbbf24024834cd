"""Views: objects of the host shown as instances of one CIM class.

The schema table says which properties a class has and of which type; a view says only what their values
are. A view is a small class: ``objects`` and ``by_key`` find the host's objects, and one method per known
property, named exactly as the CIM property, takes the object and returns the value. Properties without a
method and without an entry in ``constants`` are NULL, as a provider leaves what it does not know.

Several views may show different objects as the same class: the host's own row and the rows of the virtual
machines of Msvm_ComputerSystem are two views.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from emulator.cim.errors import ProviderNotCapable
from emulator.cim.instance import Instance
from emulator.wmi import errors
from emulator.wmi.keys import Keys

if TYPE_CHECKING:
    from emulator.cim.declaration import ClassDeclaration
    from emulator.cim.instance import ValueInstance
    from emulator.cim.types import CimValue
    from emulator.host.errors import HostError
    from emulator.wmi.changes import Rule
    from emulator.wmi.method import Arguments, MethodResult
    from emulator.wmi.namespace import Namespace
    from emulator.wmi.operation_options import OptionRule

Item = TypeVar("Item")
MethodBody = Callable[[Any, "Arguments"], "MethodResult"]

_METHOD_MARK = "wmi_method_name"


def wmi_method(function: Callable[..., MethodResult]) -> Callable[..., MethodResult]:
    """Mark a view's method as the behaviour of the CIM method of the same name.

    It is called with the object (None for a static method) and the checked ``Arguments``.
    """
    setattr(function, _METHOD_MARK, function.__name__)
    return function


class View(Generic[Item]):
    """How the objects of one kind look as instances of ``class_name``.

    A view is bound to one namespace of one host; it holds no state of its own.
    """

    class_name: str = ""
    #: Values that are the same for every object. Merged with those of the base classes.
    constants: dict[str, Any] = {}
    #: Properties whose value moves with time, without a change of the object's revision.
    volatile: frozenset[str] = frozenset()
    #: The key properties that are enough for ``by_key``. Empty: ``by_key`` scans.
    index: tuple[str, ...] = ()
    #: The properties that a Put may change. Empty: the provider does not take a Put.
    writable: Mapping[str, Rule] = {}
    #: The options of a Create or Put that the provider reads, in any case of their names.
    options: Mapping[str, OptionRule] = {}
    #: Whether the set of objects and all but the volatile values change only with the host's revision.
    follows_revision: bool = False

    def __init__(self, namespace: Namespace) -> None:
        self.namespace = namespace
        self.host = namespace.host
        self.declaration: ClassDeclaration = namespace.schema.find(self.class_name)
        self._fixed = self._merged_constants()
        self._readers: dict[str, Callable[[Item], CimValue]] = {}
        self._methods: dict[str, MethodBody] = {}
        for declared in self.declaration.properties:
            reader = getattr(self, declared.name, None)
            if callable(reader):
                self._readers[declared.name] = reader
        for name in dir(type(self)):
            marked = getattr(getattr(type(self), name), _METHOD_MARK, None)
            if marked is not None:
                self._methods[marked.lower()] = getattr(self, name)
        self.volatile = frozenset(
            declared.name for declared in self.declaration.properties if declared.name in type(self).volatile
        )

    # What a view says.

    def objects(self) -> Iterable[Item]:
        """Every object shown, in a stable order."""
        return ()

    def by_key(self, keys: Keys) -> Item | None:
        """The object that the keys name, None when there is none.

        ``keys`` holds at least the names of ``index``; the other keys are checked by the caller.
        """
        for item in self.objects():
            if self.matches(item, keys):
                return item
        return None

    def candidates(self, keys: Keys) -> Iterable[Item] | None:
        """The objects that can have these values, None when any may.

        ``keys`` holds whatever the caller knows: keys of a path, or the ``property = value`` terms of a
        query, also of properties that are no keys. What is given back is checked by the caller.
        """
        if self.index and all(name in keys for name in self.index):
            item = self.by_key(keys)
            return () if item is None else (item,)
        return None

    def present(self) -> Iterable[Item]:
        """Every object shown, looked at without any effect on the machine; for watchers of changes."""
        return self.objects()

    def shown_of(self, owner: object) -> Iterable[Item] | None:
        """The objects shown of one host object, for watchers of its changes: none when it shows nothing.

        None says that a change of it may concern any object of the view, so that all are compared.
        """
        del owner
        return None

    def owner_of(self, item: Item) -> object:
        """The host object that `shown_of` takes for a shown object."""
        return item

    def object_id(self, item: Item) -> Hashable:
        """What tells the object apart among those of this view."""
        return tuple(self.read(item, name) for name in self.declaration.keys)

    def revision(self, item: Item) -> Hashable | None:
        """The object's revision; None when the shown values are not covered by one."""
        return getattr(item, "revision", None)

    def write(self, item: Item, settings: dict[str, Any]) -> None:
        """Give the object other settings, all or none; their names are those of ``writable``.

        Raises HostError.
        """
        raise NotImplementedError(f"{self.class_name} has writable properties and no way to write them")

    def refreshed(self, item: Item) -> Item:
        """The object after a write, where a write makes another one of it."""
        return item

    def create(self, values: ValueInstance) -> Item:
        """Make an object from the values of an instance. Raises HostError, IllegalNull."""
        raise ProviderNotCapable(f"{self.class_name}: Create of {values.declaration.name}")

    def creates(self, values: ValueInstance) -> bool:  # noqa: ARG002  most classes have one view
        """Whether an instance with these values would be one of this view, where a class has several."""
        return True

    def create_with(self, values: ValueInstance, settings: dict[str, Any]) -> Item:  # noqa: ARG002
        """The same with what the options of the operation say; their names are those of ``options``."""
        return self.create(values)

    def delete(self, item: Item) -> None:  # noqa: ARG002  most providers delete nothing
        """Remove an object. Raises HostError."""
        raise ProviderNotCapable(f"{self.class_name}: Delete")

    # What the framework asks of it.

    def read(self, item: Item, name: str) -> CimValue:
        """The value of the property with this exact name; None when it is not known."""
        reader = self._readers.get(name)
        if reader is not None:
            return reader(item)
        return self._fixed.get(name)

    def pick(self, keys: Keys) -> Item | None:
        """The first object that fits the keys."""
        return next(iter(self.fitting(keys)), None)

    def fitting(self, keys: Keys) -> Iterator[Item]:
        """The objects that fit the keys, which may be incomplete."""
        items = self.candidates(keys)
        for item in self.objects() if items is None else items:
            if self.matches(item, keys):
                yield item

    def is_unique(self, keys: Keys) -> bool:
        """Whether the keys are enough to name one object of the class, without a look at the others."""
        return all(name in keys for name in self.declaration.keys)

    def return_value(self, error: HostError) -> int:
        """The number that the view's methods return when the host refuses."""
        return errors.return_value(error)

    def matches(self, item: Item, keys: Keys) -> bool:
        """Whether every given key has the object's value (text compares without case)."""
        return all(keys.equals(name, self.read(item, name)) for name in self.declaration.keys if name in keys)

    def instance(self, item: Item) -> ViewInstance[Item]:
        return ViewInstance(self, item)

    def method(self, name: str) -> MethodBody | None:
        """The behaviour of a method, None when there is none."""
        return self._methods.get(name.lower())

    def _merged_constants(self) -> dict[str, CimValue]:
        merged: dict[str, CimValue] = {}
        for base in reversed(type(self).__mro__):
            merged.update(vars(base).get("constants", {}))
        return {name: value for name, value in merged.items() if self.declaration.find_property(name)}


class ViewInstance(Instance, Generic[Item]):
    """One host object as a CIM instance; values are read from the host when asked for.

    Read it inside ``namespace.reading()``.
    """

    __slots__ = ("item", "view")

    def __init__(self, view: View[Item], item: Item) -> None:
        self.view = view
        self.item = item

    @property
    def declaration(self) -> ClassDeclaration:
        return self.view.declaration

    @property
    def namespace(self) -> str:
        return self.view.namespace.name

    @property
    def server(self) -> str:
        return self.view.namespace.server

    @property
    def cache_key(self) -> Hashable | None:
        revision = self.view.revision(self.item)
        if revision is None:
            return None
        return (self.view, self.view.object_id(self.item), revision)

    @property
    def volatile(self) -> frozenset[str]:
        return self.view.volatile

    def value(self, name: str) -> CimValue:
        view = self.view
        reader = view._readers.get(name)
        if reader is not None:
            return reader(self.item)
        return view.read(self.item, view.declaration.property(name).name)
