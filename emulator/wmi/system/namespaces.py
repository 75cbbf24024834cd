"""__NAMESPACE: the namespaces in a namespace, by which clients walk the tree; and __thisNAMESPACE."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING

from emulator.wmi.view import View

if TYPE_CHECKING:
    from emulator.wmi.keys import Keys


class ChildNamespace(View[str]):
    """A namespace directly in this one, by the last part of its name as Windows spells it."""

    class_name = "__NAMESPACE"
    index = ("Name",)

    def objects(self) -> Iterable[str]:
        return self.namespace.service.children(self.namespace.name)

    def by_key(self, keys: Keys) -> str | None:
        wanted = keys.text("Name").casefold()
        return next((name for name in self.objects() if name.casefold() == wanted), None)

    def object_id(self, item: str) -> Hashable:
        return item

    def revision(self, item: str) -> Hashable | None:  # noqa: ARG002  the name is all there is
        return 0

    def Name(self, name: str) -> str:
        return name


class ThisNamespace(View[str]):
    """The namespace itself; who may use it is not told."""

    class_name = "__thisNAMESPACE"

    def objects(self) -> Iterable[str]:
        return (self.namespace.name,)

    def object_id(self, item: str) -> Hashable:
        return item

    def revision(self, item: str) -> Hashable | None:  # noqa: ARG002  it has no values
        return 0
