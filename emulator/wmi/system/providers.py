"""__Win32Provider: the providers that are registered in a namespace, as far as they are known."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING

from emulator.wmi.providers import providers_in
from emulator.wmi.view import View

if TYPE_CHECKING:
    from emulator.wmi.keys import Keys


class RegisteredProvider(View[str]):
    """A provider by its name."""

    class_name = "__Win32Provider"
    index = ("Name",)
    constants = {"Enabled": True}

    def objects(self) -> Iterable[str]:
        return providers_in(self.namespace.name)

    def by_key(self, keys: Keys) -> str | None:
        wanted = keys.text("Name").casefold()
        return next((name for name in self.objects() if name.casefold() == wanted), None)

    def object_id(self, item: str) -> Hashable:
        return item

    def revision(self, item: str) -> Hashable | None:  # noqa: ARG002  providers do not change
        return 0

    def Name(self, name: str) -> str:
        return name
