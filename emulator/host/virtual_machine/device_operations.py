"""What a refusal to add or to change a device of a virtual machine tells besides its cause: which device of
which machine. Doors that show Windows' texts put both together."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from emulator.host.errors import DeviceOperation, HostError

if TYPE_CHECKING:
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine


@contextmanager
def operating(vm: "VirtualMachine", action: str, device: str) -> Iterator[None]:
    """Say of what is refused inside that it was to ``action`` (modify, add) a ``device`` of the machine."""
    try:
        yield
    except HostError as problem:
        if problem.operation is None:
            problem.operation = DeviceOperation(action, device, vm.name, vm.id)
        raise
