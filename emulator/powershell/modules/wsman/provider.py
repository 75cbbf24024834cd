"""The WSMan provider: the configuration of WinRM by path."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from emulator.host import Host
from emulator.host.security.accounts import Account
from emulator.host.winrm.client_errors import ClientError
from emulator.host.winrm.winrm_errors import ConfigurationRefused
from emulator.powershell.dotnet.collections import LIST_TYPES, TypedArray
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.types import PSType, array_of, builtin, register
from emulator.powershell.format.views import Column, View, table
from emulator.powershell.modules.wsman.tree import LISTENER, MAPPING, ConfigurationTree, Node
from emulator.powershell.providers.provider import Provider, not_there
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import PSError, error

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

T = TypeVar("T")
_HOST = "localhost"
#: Computers that one drive shows besides the machine itself.
MAXIMUM_CONNECTIONS = 64
_NAME, _MODULE = "WSMan", "Microsoft.WSMan.Management"
_NAMESPACE = "Microsoft.WSMan.Management."
_CAPTION = "WinRM Security Configuration."
_QUESTIONS = {
    "trustedhosts": "This command modifies the TrustedHosts list for the WinRM client. The computers in the "
    "TrustedHosts list might not be authenticated. The client might send credential information to these "
    "computers. Are you sure that you want to modify this list?",
    "rootsddl": "This command modifies the RootSDDL setting for the WinRM service.  The RootSDDL stores the "
    "default security settings for any WinRM securable resource that does not specify its own SDDL. Changing "
    "the SDDL might affect security for many WinRM resources. Are you sure that you want to modify these "
    "default settings?",
}


class Element:
    """An item of the drive: a value or a container."""

    __slots__ = ("node", "parent", "ps_type", "ps_type_names")

    def __init__(self, node: Node, parent: str) -> None:
        self.node = node
        self.parent = parent
        self.ps_type = _LEAF if node.text is not None else _CONTAINER
        self.ps_type_names: tuple[str, ...] = (f"{_CONTAINER.name}#Keys",) if node.keys else ()


def _keys(element: Element) -> TypedArray:
    return TypedArray(element.node.keys, array_of(builtin("System.String")))


_BASE = register(
    PSType(
        f"{_NAMESPACE}WSManConfigElement",
        instance={
            "Name: string": lambda e: e.node.name,
            "TypeNameOfElement: string": lambda e: "Container" if e.node.text is None else "System.String",
            "Type: string": lambda e: "Container" if e.node.text is None else "System.String",
        },
    )
)
_LEAF = register(
    PSType(
        f"{_NAMESPACE}WSManConfigLeafElement",
        base=_BASE.name,
        instance={
            "SourceOfValue: string": lambda e: e.node.source,
            "Value": lambda e: e.node.text,
        },
    )
)
_CONTAINER = register(
    PSType(f"{_NAMESPACE}WSManConfigContainerElement", base=_BASE.name, instance={"Keys: string[]": _keys})
)


def _parent(item: Any) -> str:
    return f"{_MODULE}\\{_NAME}::{unwrap(item).parent}"


def _shown_keys(item: Any) -> str:
    return "{" + ", ".join(unwrap(item).node.keys) + "}"


_GROUP = Column("WSManConfig", _parent)
VIEWS: tuple[View, ...] = (
    table(
        f"{_CONTAINER.name}#Keys",
        columns=(Column("Type", "Type", 15), Column("Keys", _shown_keys, 35), Column("Name", "Name")),
        group_by=_GROUP,
    ),
    table(
        _LEAF.name,
        _CONTAINER.name,
        columns=(
            Column("Type", "Type", 15),
            Column("Name", "Name", 30),
            Column("SourceOfValue", lambda i: unwrap(i).node.source, 15),
            Column("Value", lambda i: unwrap(i).node.text),
        ),
        group_by=_GROUP,
    ),
)


class WSManProvider(Provider):
    """``WSMan:\\localhost\\...`` over the host's `winrm/config`."""

    name = _NAME
    module = _MODULE
    capabilities = "Credentials"
    has_containers = True
    container_kind = leaf_kind = "Item"

    def __init__(self, engine: Engine, host: Host, account: Account) -> None:
        super().__init__(engine)
        self._host = host
        self._tree = ConfigurationTree(host, account)
        self._connected: dict[str, tuple[str, ConfigurationTree]] = {}
        engine.views.add(VIEWS)

    def connect(self, name: str, host: Host, account: Account) -> None:
        """Show a computer under a name (Connect-WSMan)."""
        if len(self._connected) >= MAXIMUM_CONNECTIONS:
            raise self.gap(f"More than {MAXIMUM_CONNECTIONS} connections of the WSMan: drive")
        self._connected[name.lower()] = (name, ConfigurationTree(host, account))

    def disconnect(self, name: str) -> None:
        """Forget a computer; no error when it was not there."""
        self._connected.pop(name.lower(), None)

    def drives(self) -> Iterator[tuple[str, str, str]]:
        yield "WSMan", "", "Root of WsMan Config Storage"

    def exists(self, path: str) -> bool:
        return self._find(path) is not None

    def is_container(self, path: str) -> bool:
        found = self._find(path)
        return found is not None and found.text is None

    def item(self, path: str) -> Any:
        return Element(self._existing(path), path.rpartition("\\")[0])

    def children(self, path: str) -> Iterator[str]:
        if path == "":
            yield _HOST
            yield from (name for name, _ in self._connected.values() if name.lower() != _HOST)
            return
        node = self._existing(path)
        if node.children is not None:
            found = node.children
            yield from self._asked(lambda: [one.name for one in found()])

    def question(self, path: str) -> tuple[str, str] | None:
        query = _QUESTIONS.get(path.rpartition("\\")[2].lower())
        return None if query is None else (query, _CAPTION)

    def write(self, path: str, value: Any) -> None:
        node = self._existing(path)
        put = node.put
        if put is None or node.text is None:
            raise self.gap(f"Set-Item of {path}")
        self._asked(lambda: put(_text(value)))

    def joined(self, path: str, value: Any) -> str:
        """What -Concatenate writes: the value behind the present one. Only TrustedHosts is a list."""
        if not path.lower().endswith("\\client\\trustedhosts"):
            return _text(value)
        there = [one for one in (self._existing(path).text or "").split(",") if one]
        given = [one.strip() for one in _text(value).split(",")]
        return ",".join(dict.fromkeys([*there, *given]))

    def make_with(self, path: str, options: dict[str, Any]) -> tuple[Any, str]:
        """New-Item of a listener or a certificate mapping; the item and its path."""
        kind = next((one for one in (LISTENER, MAPPING) if path.lower() == f"{_HOST}\\{one}".lower()), None)
        if kind is None:
            raise self.gap(f"New-Item of {path}")
        values = {name: _text(value) for name, value in options.items()}
        node = self._asked(lambda: self._tree.create(kind, values))
        return Element(node, f"{_HOST}\\{kind}"), f"{_HOST}\\{kind}\\{node.name}"

    def new_question(self, path: str) -> tuple[str, str] | None:
        """What New-Item asks, as query and caption."""
        kind = path.rpartition("\\")[2]
        article = next((one for one in (LISTENER, MAPPING) if one.lower() == kind.lower()), None)
        if article is None:
            return None
        return (
            f"This command creates a new {article} item.\n\nDo you want to continue?",
            f"Creates a new {article} item.",
        )

    def remove(self, path: str, recurse: bool, force: bool) -> None:  # noqa: ARG002 - as with any other
        node = self._existing(path)
        if node.remove is None:
            raise self.gap(f"Remove-Item of {path}")
        self._asked(node.remove)

    def properties(self, path: str) -> list[tuple[str, Any]] | None:  # noqa: ARG002 - the item has them
        return None

    # Look-up

    def _find(self, path: str) -> Node | None:
        if path == "":
            return Node("WSMan")
        machine, _, rest = path.partition("\\")
        _, tree = self._connected.get(machine.lower(), (machine, self._tree))
        if tree is self._tree and machine.lower() not in (_HOST, self._host.name.lower()):
            return None
        node = self._asked(lambda: tree.find(rest))
        return Node(machine, children=node.children) if node is not None and not rest else node

    def _existing(self, path: str) -> Node:
        node = self._find(path)
        if node is None:
            raise not_there(path)
        return node

    def _asked(self, work: Callable[[], T]) -> T:
        if not self._host.winrm.is_served:
            raise _failed(ClientError.NOT_SERVED[1])
        try:
            return work()
        except ConfigurationRefused as refused:
            raise _failed(refused.text) from None


def _text(value: Any) -> str:
    held = unwrap(value)
    if type(held) in LIST_TYPES:
        return ",".join(to_text(one, "") for one in held)
    return to_text(held).lower() if isinstance(held, bool) else to_text(held, "")


def _failed(text: str) -> PSError:
    return error(text, "WsManError", "InvalidOperation", kind="System.InvalidOperationException")
