"""The configuration files of a virtual machine in the file system."""

from typing import TYPE_CHECKING

from emulator.host.errors import NotSupported

if TYPE_CHECKING:
    from emulator.host.storage.filesystem import FileBacking
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine

CONFIGURATION_SIZE = 53_248
RUNTIME_STATE_SIZE = 45_056
XML_SIZE = 29_696


class _HeldFile:
    """The management service keeps the configuration files of its machines open."""

    __slots__ = ("_vm",)

    def __init__(self, vm: "VirtualMachine") -> None:
        self._vm = vm

    def in_use(self) -> bool:
        return not self._vm.deleted

    def renamed(self, path: str) -> None:
        """Only the files of a machine that was deleted while they were out of reach."""

    def removed(self) -> None:
        """As `renamed`."""

    def copied(self, path: str) -> "FileBacking | None":  # noqa: ARG002 - the protocol's parameter
        return None

    def read(self, offset: int, length: int) -> bytes:  # noqa: ARG002 - the protocol's parameters
        raise NotSupported("The emulator does not keep the content of configuration files.")


class ConfigurationFiles:
    """``<root>\\Virtual Machines\\<GUID>.vmcx`` and ``.vmrs`` (from 2016), or ``.xml`` (before).

    A saved machine's memory is in the ``.vmrs`` file, or in ``<GUID>\\<GUID>.bin`` and ``.vsv`` (before
    2016).
    """

    __slots__ = ("vm",)

    def __init__(self, vm: "VirtualMachine") -> None:
        self.vm = vm

    @property
    def _binary(self) -> bool:
        return self.vm.host.release.configuration_format == "vmcx"

    @property
    def folder(self) -> str:
        """``<root>\\Virtual Machines``."""
        return self.vm.path.rstrip("\\") + "\\Virtual Machines"

    @property
    def configuration(self) -> str:
        """Full path of the configuration file."""
        return f"{self.folder}\\{self.vm.id}.{'vmcx' if self._binary else 'xml'}"

    @property
    def saved_state(self) -> str:
        """Full path of the file that holds the memory of a saved machine."""
        if self._binary:
            return f"{self.folder}\\{self.vm.id}.vmrs"
        return f"{self.folder}\\{self.vm.id}\\{self.vm.id}.bin"

    def size(self) -> int:
        """Bytes of all of them."""
        files = self.vm.host.filesystem
        paths = (self.configuration, self.saved_state)
        return sum(files.entry(path).size for path in paths if files.exists(path))

    def create(self) -> None:
        """Make the files. Raises PathNotFound (no such drive), DiskFull, PathExists."""
        files = self.vm.host.filesystem
        files.require_space(self.configuration, CONFIGURATION_SIZE + RUNTIME_STATE_SIZE)
        # Without the binary format there is a folder of the machine's own beside the configuration.
        files.make_directory(self.folder if self._binary else f"{self.folder}\\{self.vm.id}", exist_ok=True)
        files.place(self.configuration, CONFIGURATION_SIZE if self._binary else XML_SIZE, _HeldFile(self.vm))
        if self._binary:
            files.place(self.saved_state, RUNTIME_STATE_SIZE, _HeldFile(self.vm))

    def write_saved_state(self, size: int) -> None:
        """Put the memory of a machine on disk. Raises DiskFull."""
        files = self.vm.host.filesystem
        if files.exists(self.saved_state):
            files.resize(self.saved_state, RUNTIME_STATE_SIZE + size)
        else:
            files.place(self.saved_state, size, _HeldFile(self.vm))

    def drop_saved_state(self) -> None:
        """The saved memory was restored or is not wanted any more."""
        files = self.vm.host.filesystem
        if self._binary and files.exists(self.saved_state):
            files.resize(self.saved_state, RUNTIME_STATE_SIZE)
        elif not self._binary:
            files.discard(self.saved_state)

    def delete(self) -> None:
        """The machine is destroyed. Its folder stays when somebody else's files are in it."""
        files = self.vm.host.filesystem
        files.discard(self.configuration)
        files.discard(self.saved_state)
        own = f"{self.folder}\\{self.vm.id}"
        if files.is_directory(own) and not files.list(own):
            files.remove(own)
