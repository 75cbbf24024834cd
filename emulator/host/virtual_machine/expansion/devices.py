"""The special devices of one virtual machine: adding, changing and removing them."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from emulator.host.checks import check_text
from emulator.host.errors import InvalidParameter, InvalidState, LimitExceeded, NotFound
from emulator.host.host_object import operation
from emulator.host.identifiers import is_guid, normalize_guid
from emulator.host.resources.pool_members import USED_RESOURCES
from emulator.host.virtual_machine.expansion.device import ExpansionDevice
from emulator.host.virtual_machine.virtual_machine_state import StopAction, VirtualMachineState

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.virtual_machine.machine_copy import DeviceMap
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine

DeviceType = TypeVar("DeviceType", bound=ExpansionDevice)
_OFF = VirtualMachineState.OFF


class ExpansionDevices:
    """The devices in order of addition. All of them are added and removed while the machine is off."""

    __slots__ = ("_devices", "vm")

    def __init__(self, vm: "VirtualMachine") -> None:
        self.vm = vm
        self._devices: list[ExpansionDevice] = []

    @property
    def host(self) -> "Host":
        return self.vm.host

    def __iter__(self) -> Iterator[ExpansionDevice]:
        return iter(list(self._devices))

    def of(self, kind: type[DeviceType]) -> list[DeviceType]:
        """The devices of one kind."""
        return [device for device in self._devices if isinstance(device, kind)]

    @operation
    def add(
        self,
        kind: type[DeviceType],
        *,
        name: str | None = None,
        identifier: str | None = None,
        **settings: Any,
    ) -> DeviceType:
        """Add a device with settings by their attribute names.

        Raises NotSupported (the release, the generation), InvalidState, LimitExceeded, InvalidParameter, and
        what the kind refuses with.
        """
        vm = self.vm
        vm.require(_OFF)
        kind.check_release(vm)
        if len(self.of(kind)) >= kind.limit:
            raise LimitExceeded(
                f"A virtual machine can have at most {kind.limit} devices of the kind '{kind.label}'."
            )
        if name:
            check_text("name", name, 255, shortest=1)
        device = kind(vm, self._identifier(identifier), name)
        stated = {key: value for key, value in settings.items() if value is not None}
        for key, value in self._checked(device, stated).items():
            setattr(device, key, value)
        device.check_add()
        self.attach(device)
        return device

    @operation
    def configure(self, device: ExpansionDevice, **changes: Any) -> None:
        """Change settings of a device by their attribute names, all or none; ``name`` too.

        Raises NotFound, InvalidState, InvalidParameter, and what the kind refuses with.
        """
        self._require(device)
        self.vm.require(_OFF)
        checked = self._checked(device, changes)
        present = {name: getattr(device, name) for name in type(device).__slots__}
        device.check_settings(present | checked)
        for key, value in checked.items():
            setattr(device, key, value)
        device.touch()

    @operation
    def remove(self, device: ExpansionDevice) -> None:
        """Raises NotFound, InvalidState."""
        self._require(device)
        self.vm.require(_OFF)
        self.detach(device)

    def attach(self, device: ExpansionDevice) -> None:
        """Put a device in that was checked."""
        self._devices.append(device)
        device.plugged()
        self._tell("created", device)

    def detach(self, device: ExpansionDevice) -> None:
        """Take a device out."""
        self._devices.remove(device)
        device.unplugged()
        self._tell("deleted", device)

    def take_from(self, source: "ExpansionDevices") -> "DeviceMap":
        """Become what another machine has; devices that both have stay the same objects. Gives the device of
        this machine for each of the other one's."""
        from emulator.host.virtual_machine.machine_copy import copy_part

        known = {(type(device), device.id): device for device in self._devices}
        wanted: list[ExpansionDevice] = []
        for original in source:
            device = known.pop((type(original), original.id), None)
            if device is None:
                device = type(original).blank(self.vm, original.id)
                copy_part(original, device)
                self.attach(device)
            else:
                copy_part(original, device)
            wanted.append(device)
        for dropped in known.values():
            self.detach(dropped)
        self._devices = wanted
        return dict(zip(source, wanted, strict=True))

    def dismantle(self) -> None:
        """The machine is destroyed."""
        for device in self:
            device.power_off()
            device.unplugged()

    # -- running --------------------------------------------------------------------------------

    def check_start(self) -> None:
        """Raises DeviceStartError."""
        for device in self._devices:
            device.check_start()

    def power_on(self) -> None:
        """Take of the host what the devices need, all or nothing. Raises DeviceStartError."""
        done: list[ExpansionDevice] = []
        try:
            for device in self._devices:
                device.check_start()
                device.power_on()
                done.append(device)
        except Exception:
            for device in done:
                device.power_off()
            raise

    def power_off(self) -> None:
        """Give it back."""
        for device in self._devices:
            device.power_off()

    def check_memory(self, dynamic: bool, startup: int, minimum: int) -> None:
        """Raise InvalidParameter for memory that does not go with a device."""
        for device in self._devices:
            device.check_memory(dynamic, startup, minimum)

    def check_stop_action(self, action: StopAction) -> None:
        """Raise InvalidState for a stop action that does not go with a device."""
        for device in self._devices:
            if device.needs_turn_off and action is not StopAction.TURN_OFF:
                raise InvalidState(
                    f"The automatic stop action of '{self.vm.name}' must be to turn off the virtual machine"
                    f" while it has a device of the kind '{device.label}'. (Virtual machine ID {self.vm.id})"
                )

    def require_savable(self) -> None:
        """Raise InvalidState when a device keeps the machine from being saved with its memory."""
        for device in self._devices:
            if not device.can_be_saved:
                raise InvalidState(
                    f"The virtual machine '{self.vm.name}' cannot be saved while it has a device of the"
                    f" kind '{device.label}'. (Virtual machine ID {self.vm.id})"
                )

    def require_movable(self) -> None:
        """Raise InvalidState when a device keeps the running machine from another host."""
        for device in self._devices:
            if not device.can_migrate:
                raise InvalidState(
                    f"The virtual machine '{self.vm.name}' cannot be moved while it runs with a device of the"
                    f" kind '{device.label}'. (Virtual machine ID {self.vm.id})"
                )

    # -- pieces ---------------------------------------------------------------------------------

    def _checked(self, device: ExpansionDevice, settings: dict[str, Any]) -> dict[str, Any]:
        """The attributes of a device for settings; ``pool`` is the name of the pool that it comes from, which
        must hold what the device uses of the host. Raises InvalidParameter."""
        checked: dict[str, Any] = {}
        for key, value in settings.items():
            if key == "name":
                checked["_name"] = check_text(key, value, 255, shortest=1)
            elif key != "pool":
                checked[key] = device.check(key, value)
        pools, kind = self.host.resource_pools, device.resource_kind
        pool = device.pool_name
        if "pool" in settings:
            if kind is None:
                raise InvalidParameter("The device comes from no resource pool.")
            pool = checked["pool_name"] = pools.check_choice(kind, settings["pool"])
        if kind is not None and pool:
            attribute = USED_RESOURCES.get(kind, "")
            used = checked.get(attribute, getattr(device, attribute, "")) or None
            pools.require_resource(kind, pool, used)
        return checked

    def _require(self, device: ExpansionDevice) -> None:
        if device not in self._devices:
            raise NotFound(f"The device '{device.label}' was not found.")

    def _identifier(self, identifier: str | None) -> str:
        if not identifier:
            return self.vm.new_device_guid()
        if not is_guid(identifier):
            raise InvalidParameter(f"The identifier '{identifier!s:.64}' is not valid.")
        guid = normalize_guid(identifier)
        if any(device.id == guid for device in self._devices):
            raise InvalidState(f"A device with the identifier {guid} exists.")
        return guid

    def _tell(self, change: Any, device: ExpansionDevice) -> None:
        self.vm.reconfigured()
        if self.vm.is_registered:
            self.host.observe(change, device)
