"""The configuration of WinRM as a tree of containers and values, as the WSMan: drive shows it.

Names of listeners and plug-in resources are ``<kind>_<number>``; the number is what String.GetHashCode of the
.NET Framework gives for the parts of their keys (Microsoft.WSMan.Management's open source): every machine has
Listener_1084132640 and Listener_1305953032.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from emulator.host import Host
from emulator.host.security.accounts import Account
from emulator.host.winrm import winrm_resources as resources
from emulator.host.winrm.winrm_resources import Part, Resource
from emulator.record import MutableRecord

LISTENER, PLUGIN, MAPPING = "Listener", "Plugin", "ClientCertificate"
_PATHS = {LISTENER: "listener", PLUGIN: "plugin", MAPPING: "service/certmapping"}
_SHELL, _SHELL_PART = "Shell", "Winrs"


class Node(MutableRecord, eq=False):
    """One item. ``text`` is None for a container, whose ``children`` are made when somebody asks."""

    name: str
    text: str | None = None
    children: Callable[[], Iterator[Node]] | None = None
    keys: tuple[str, ...] = ()
    source: str = ""
    put: Callable[[str], None] | None = None
    remove: Callable[[], None] | None = None


def name_hash(text: str) -> int:
    """The size of String.GetHashCode of the 64-bit .NET Framework."""
    from emulator.powershell.dotnet.hash_codes import ordinal

    return abs(ordinal(text))


class ConfigurationTree:
    """The tree of one machine as an account sees it. Everything raises ConfigurationRefused."""

    def __init__(self, host: Host, account: Account) -> None:
        self.host = host
        self.account = account

    def find(self, path: str) -> Node | None:
        """The item of a path below the machine's name (``Client\\Auth``), in any case; None without one."""
        node = Node("", children=self._top)
        for step in (one for one in path.split("\\") if one):
            below = node.children() if node.children is not None else iter(())
            found = next((one for one in below if one.name.lower() == step.lower()), None)
            if found is None:
                return None
            node = found
        return node

    def _top(self) -> Iterator[Node]:
        part = resources.get(self.host, self.account, "", {}).part
        yield from (self._setting(one, "") for one in part.parts)
        yield Node(LISTENER, children=self._listeners)
        yield Node(PLUGIN, children=self._plugins)
        yield Node(MAPPING, children=self._mappings)

    def _setting(self, part: Part, above: str) -> Node:
        path = f"{above}/{part.name}" if above else part.name
        if part.parts:
            name = _SHELL if part.name == _SHELL_PART else part.name
            return Node(name, children=lambda: (self._setting(one, path) for one in part.parts))

        def put(text: str) -> None:
            group = above.rpartition("/")[2] or "Config"
            resources.put(self.host, self.account, above, {}, Part(group, parts=(Part(part.name, text),)))

        return Node(part.name, part.text, source=part.source, put=put)

    def _instances(self, kind: str) -> list[Resource]:
        return resources.instances(self.host, self.account, _PATHS[kind])

    # Listeners and mappings

    def _listeners(self) -> Iterator[Node]:
        for one in self._instances(LISTENER):
            yield self._instance(LISTENER, one, ("Port", "Transport", "Address"), ("Transport", "Address"))

    def _mappings(self) -> Iterator[Node]:
        for one in self._instances(MAPPING):
            yield self._instance(MAPPING, one, ("URI", "Issuer", "Subject"), ("URI", "Issuer", "Subject"))

    def _instance(self, kind: str, one: Resource, hashed: tuple[str, ...], keys: tuple[str, ...]) -> Node:
        texts = {part.name.lower(): part.text for part in one.part.parts}
        texts.update({name.lower(): value for name, value in one.selectors})
        number = name_hash("".join(f"{name}={texts.get(name.lower(), '')}" for name in hashed))
        selectors = dict(one.selectors)
        path = _PATHS[kind]
        shown = tuple(f"{name}={texts.get(name.lower(), '')}" for name in keys)

        def children() -> Iterator[Node]:
            for part in one.part.parts:
                yield self._value(path, selectors, one.part.name, part)

        def remove() -> None:
            resources.delete(self.host, self.account, path, selectors)

        return Node(f"{kind}_{number}", children=children, keys=shown, source=one.part.source, remove=remove)

    def _value(self, path: str, selectors: dict[str, str], group: str, part: Part) -> Node:
        name = f"{part.name}_{name_hash(part.text)}" if part.name == "ListeningOn" else part.name

        def put(text: str) -> None:
            wanted = Part(group, parts=(Part(part.name, text),))
            resources.put(self.host, self.account, path, selectors, wanted)

        return Node(name, part.text, put=put)

    def create(self, kind: str, values: dict[str, str]) -> Node:
        """A new listener or certificate mapping."""
        parts = tuple(Part(name, text) for name, text in values.items())
        group = LISTENER if kind == LISTENER else "CertMapping"
        made = resources.create(self.host, self.account, _PATHS[kind], {}, Part(group, parts=parts))
        below = self._listeners() if kind == LISTENER else self._mappings()
        wanted = dict(made.selectors)
        for node, one in zip(below, self._instances(kind), strict=True):
            if dict(one.selectors) == wanted:
                return node
        raise AssertionError("what was made is not listed")

    # Plug-ins

    def _plugins(self) -> Iterator[Node]:
        for one in self._instances(PLUGIN):
            name = dict(one.selectors)["Name"]
            yield Node(
                name,
                children=lambda one=one: self._of_plugin(one),  # type: ignore[misc] # bound while it loops
                keys=(f"Name={name}",),
                remove=lambda name=name: resources.delete(  # type: ignore[misc] # as above
                    self.host, self.account, _PATHS[PLUGIN], {"Name": name}
                ),
            )

    def _of_plugin(self, one: Resource) -> Iterator[Node]:
        part = one.part
        yield from self._attributes(one, part, (part.name,))
        groups = {below.name: below for below in part.parts}
        parameters = groups.get("InitializationParameters")
        yield Node("InitializationParameters", children=lambda: _parameters(parameters))
        yield Node("Resources", children=lambda: _resources(groups.get("Resources")))
        quotas = groups.get("Quotas")
        if quotas is not None:
            yield Node("Quotas", children=lambda: self._attributes(one, quotas, (part.name, "Quotas")))

    def _attributes(self, one: Resource, part: Part, steps: tuple[str, ...]) -> Iterator[Node]:
        for name, text in part.attributes:

            def put(new: str, name: str = name) -> None:
                changed = _with_attribute(one.part, steps[1:], name, new)
                resources.put(self.host, self.account, _PATHS[PLUGIN], dict(one.selectors), changed)

            yield Node(name, text, put=put)


def _with_attribute(part: Part, steps: tuple[str, ...], name: str, text: str) -> Part:
    if not steps:
        attributes = tuple((key, text if key == name else old) for key, old in part.attributes)
        return Part(part.name, part.text, part.parts, attributes, part.source)
    parts = tuple(
        _with_attribute(one, steps[1:], name, text) if one.name == steps[0] else one for one in part.parts
    )
    return Part(part.name, part.text, parts, part.attributes, part.source)


def _parameters(part: Part | None) -> Iterator[Node]:
    for one in part.parts if part is not None else ():
        yield Node(one.attribute("Name") or "", one.attribute("Value") or "")


def _resources(part: Part | None) -> Iterator[Node]:
    for one in part.parts if part is not None else ():
        uri = one.attribute("ResourceUri") or ""

        def children(one: Part = one) -> Iterator[Node]:
            yield from (Node(name, text) for name, text in one.attributes)
            kinds = [below.attribute("Type") or "" for below in one.children("Capability")]
            yield Node("Capability", ", ".join(kinds))
            yield Node("Security", children=lambda: _security(one))

        yield Node(f"Resource_{name_hash(uri)}", children=children, keys=(f"Uri={uri}",))


def _security(part: Part) -> Iterator[Node]:
    for one in part.children("Security"):
        uri = one.attribute("Uri") or ""

        def children(one: Part = one) -> Iterator[Node]:
            yield from (Node(name, text) for name, text in one.attributes)

        yield Node(f"Security_{name_hash(uri)}", children=children, keys=(f"Uri={uri}",))
