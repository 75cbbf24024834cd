"""__SystemSecurity: the object of a namespace that its security descriptor is asked of."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from emulator.wmi.view import View


class SystemSecurity(View[str]):
    """The only instance; its methods are not emulated."""

    class_name = "__SystemSecurity"

    def objects(self) -> Iterable[str]:
        return (self.namespace.name,)

    def object_id(self, item: str) -> Hashable:
        return item

    def revision(self, item: str) -> Hashable | None:  # noqa: ARG002  it has no values
        return 0
