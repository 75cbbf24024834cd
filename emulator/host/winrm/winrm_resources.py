"""`winrm/config` as resources: get, set, create, delete and list by path and selectors.

A resource is a tree of named parts with texts, as it looks in every tool; the doors only write it down in
their own notation. Paths are those below winrm/config without regard to case: ``service/auth``, ``listener``
(MS-WSMV 3.1.4.1.29).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from emulator.host.errors import AlreadyExists, InvalidParameter, NotFound, QuotaExceeded
from emulator.host.winrm.winrm_certificate_mappings import CertificateMapping
from emulator.host.winrm.winrm_errors import ConfigurationRefused, Refusal
from emulator.host.winrm.winrm_listeners import Listener
from emulator.host.winrm.winrm_plugins import Capability, Plugin, PluginResource, PluginSecurity
from emulator.host.winrm.winrm_settings import SETTINGS, SettingValue

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.security.accounts import Account

Selectors = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Part:
    """A named part of a resource: a text or further parts. ``source`` says who set it when that is not an
    administrator (``GPO``, ``Compatibility``)."""

    name: str
    text: str = ""
    parts: "tuple[Part, ...]" = ()
    attributes: tuple[tuple[str, str], ...] = ()
    source: str = ""

    def children(self, name: str) -> "list[Part]":
        """The parts of a name, in any case."""
        return [part for part in self.parts if part.name.lower() == name.lower()]

    def attribute(self, name: str) -> str | None:
        """An attribute by its name in any case."""
        return next((value for key, value in self.attributes if key.lower() == name.lower()), None)


@dataclass(frozen=True, slots=True)
class Resource:
    """An instance with the selectors that address it."""

    part: Part
    selectors: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Family:
    """What can be done with the resources of one path."""

    keys: tuple[str, ...]
    instances: "Callable[[Host], Iterator[Resource]]"
    get: "Callable[[Host, tuple[str, ...]], Resource]"
    put: "Callable[[Host, tuple[str, ...], Part], object]"
    create: "Callable[[Host, tuple[str, ...], Part], Resource]"
    delete: "Callable[[Host, tuple[str, ...]], None]"


def get(host: "Host", account: "Account", path: str, selectors: Selectors) -> Resource:
    """One resource. Raises ConfigurationRefused."""
    require_administrator(account)
    with _refusals(), host.looking():
        family = _FAMILIES.get(path.lower())
        if family is None:
            return Resource(_group(host, path, selectors))
        return family.get(host, _keys(family, selectors))


def put(host: "Host", account: "Account", path: str, selectors: Selectors, wanted: Part) -> Resource:
    """Change what ``wanted`` states of a resource, all or nothing, and give the whole of it. Raises
    ConfigurationRefused."""
    require_administrator(account)
    with _refusals(), host.looking():
        family = _FAMILIES.get(path.lower())
        if family is None:
            name = _group(host, path, selectors).name
            _require_name(wanted, name)
            host.winrm.change(dict(_leaves(wanted, path.strip("/"))))
            return Resource(_group(host, path, selectors))
        keys = _keys(family, selectors)
        family.put(host, keys, wanted)
        return family.get(host, keys)


def create(host: "Host", account: "Account", path: str, selectors: Selectors, wanted: Part) -> Resource:
    """A new instance of a resource. Raises ConfigurationRefused."""
    require_administrator(account)
    with _refusals(), host.looking():
        family = _instances_of(host, path)
        return family.create(host, _keys(family, _with_named(family, selectors, wanted)), wanted)


def delete(host: "Host", account: "Account", path: str, selectors: Selectors) -> None:
    """Remove an instance of a resource. Raises ConfigurationRefused."""
    require_administrator(account)
    with _refusals(), host.looking():
        family = _instances_of(host, path)
        family.delete(host, _keys(family, selectors))


def instances(host: "Host", account: "Account", path: str) -> list[Resource]:
    """Every instance of a resource. Raises ConfigurationRefused."""
    require_administrator(account)
    with _refusals(), host.looking():
        return list(_instances_of(host, path).instances(host))


def require_administrator(account: "Account") -> None:
    """Raises ConfigurationRefused for everybody else."""
    if not account.is_administrator:
        raise ConfigurationRefused(Refusal.ACCESS_DENIED)


def _require_name(part: Part, name: str) -> None:
    if part.name.lower() != name.lower():
        raise ConfigurationRefused(Refusal.UNKNOWN_SETTING, f"{part.name[:64]} in place of {name}")


@contextmanager
def _refusals() -> Iterator[None]:
    """Give the general errors of the host the numbers that WinRM has for them."""
    try:
        yield
    except NotFound as error:
        raise ConfigurationRefused(Refusal.NOT_FOUND, error.text) from None
    except AlreadyExists as error:
        raise ConfigurationRefused(Refusal.ALREADY_EXISTS, error.text) from None
    except InvalidParameter as error:
        raise ConfigurationRefused(Refusal.INVALID_SELECTOR, error.text) from None
    except QuotaExceeded as error:
        raise ConfigurationRefused(Refusal.QUOTA, error.text) from None


def _instances_of(host: "Host", path: str) -> _Family:
    family = _FAMILIES.get(path.lower())
    if family is None:
        _group(host, path, {})  # an unknown path is not found
        raise ConfigurationRefused(Refusal.OPERATION_NOT_SUPPORTED, path[:64])
    return family


def _keys(family: _Family, selectors: Selectors) -> tuple[str, ...]:
    given = {name.lower(): value for name, value in selectors.items()}
    wanted = [key.lower() for key in family.keys]
    if not all(key in given for key in wanted):
        raise ConfigurationRefused(Refusal.INSUFFICIENT_SELECTORS, ", ".join(family.keys))
    if len(given) > len(wanted):
        raise ConfigurationRefused(Refusal.UNEXPECTED_SELECTORS, ", ".join(family.keys))
    return tuple(given[key] for key in wanted)


def _with_named(family: _Family, selectors: Selectors, wanted: Part) -> Selectors:
    """The selectors, and for what they leave out the keys that the new instance names itself."""
    given = {name.lower(): value for name, value in selectors.items()}
    for key in family.keys:
        named = wanted.attribute(key) or next((part.text for part in wanted.children(key)), None)
        if key.lower() not in given and named:
            given[key.lower()] = named
    return given


# -- settings -----------------------------------------------------------------------------------


def _group(host: "Host", path: str, selectors: Selectors) -> Part:
    """The settings below a path. Raises NotFound."""
    if selectors:
        raise ConfigurationRefused(Refusal.UNEXPECTED_SELECTORS)
    steps = tuple(step for step in path.lower().split("/") if step)
    part = _tree(host, steps, (), "Config")
    if part is None:
        raise NotFound(f"There is no winrm/config/{path[:64]}.")
    return part


def _tree(host: "Host", wanted: tuple[str, ...], above: tuple[str, ...], name: str) -> Part | None:
    """The group ``above`` as a part; with ``wanted`` the group of that path below it."""
    depth = len(above)
    parts: dict[str, Part] = {}
    for setting in SETTINGS:
        steps = tuple(setting.path.split("/"))
        if steps[:depth] != above or steps[depth] in parts:
            continue
        here = steps[depth]
        if len(steps) == depth + 1:
            if not wanted:
                source = "GPO" if host.winrm.is_set_by_policy(setting.path) else ""
                parts[here] = Part(here, _text(host.winrm.value(setting.path)), source=source)
        elif not wanted or here.lower() == wanted[0]:
            below = _tree(host, wanted[1:], (*above, here), here)
            if below is not None:
                parts[here] = below
    if not wanted:
        return Part(name, parts=tuple(parts.values())) if parts else None
    return next(iter(parts.values()), None)


def _text(value: SettingValue) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _leaves(part: Part, path: str) -> Iterator[tuple[str, str]]:
    for child in part.parts:
        below = f"{path}/{child.name}" if path else child.name
        if child.parts:
            yield from _leaves(child, below)
        else:
            yield below, child.text


# -- listeners ----------------------------------------------------------------------------------


def _listener_resource(host: "Host", listener: Listener) -> Resource:
    listeners = host.winrm.listeners
    parts = [
        Part("Address", listener.address),
        Part("Transport", listener.transport),
        Part("Port", str(listener.port)),
        Part("Hostname", listener.hostname),
        Part("Enabled", _text(listener.enabled)),
        Part("URLPrefix", listener.url_prefix),
        Part("CertificateThumbprint", listeners.thumbprint(listener)),
        *(Part("ListeningOn", address) for address in listeners.listening_on(listener)),
    ]
    selectors = (("Address", listener.address), ("Transport", listener.transport))
    return Resource(Part("Listener", parts=tuple(parts), source=listener.source), selectors)


def _properties(part: Part, name: str) -> dict[str, str]:
    """The texts of the parts by name; several parts of one name are joined as they are shown."""
    _require_name(part, name)
    texts: dict[str, str] = {}
    for child in part.parts:
        texts[child.name] = f"{texts[child.name]}, {child.text}" if child.name in texts else child.text
    return texts


def _put_listener(host: "Host", keys: tuple[str, ...], wanted: Part) -> None:
    properties = _properties(wanted, "Listener")
    present = host.winrm.listeners.get(*keys)
    thumbprint = next((part.text for part in wanted.children("CertificateThumbprint")), None)
    if thumbprint is not None and thumbprint == host.winrm.listeners.thumbprint(present):
        # What is shown may be that of a certificate that was found and not stated.
        properties = {name: text for name, text in properties.items() if name != "CertificateThumbprint"}
    address, transport = keys
    host.winrm.listeners.change(address, transport, properties)


def _create_listener(host: "Host", keys: tuple[str, ...], wanted: Part) -> Resource:
    address, transport = keys
    made = host.winrm.listeners.create(address, transport, _properties(wanted, "Listener"))
    return _listener_resource(host, made)


# -- certificate mappings -----------------------------------------------------------------------


def _mapping_resource(mapping: CertificateMapping) -> Resource:
    """The password is never shown."""
    parts = (
        Part("URI", mapping.uri),
        Part("Subject", mapping.subject),
        Part("Issuer", mapping.issuer),
        Part("UserName", mapping.user_name),
        Part("Enabled", _text(mapping.enabled)),
        Part("Password"),
    )
    selectors = (("Issuer", mapping.issuer), ("Subject", mapping.subject), ("URI", mapping.uri))
    return Resource(Part("CertMapping", parts=parts), selectors)


def _mapping_properties(wanted: Part) -> dict[str, str]:
    """An empty password is one that was not shown."""
    properties = _properties(wanted, "CertMapping")
    return {name: text for name, text in properties.items() if text or name.lower() != "password"}


def _put_mapping(host: "Host", keys: tuple[str, ...], wanted: Part) -> None:
    issuer, subject, uri = keys
    host.winrm.certificate_mappings.change(issuer, subject, uri, _mapping_properties(wanted))


def _create_mapping(host: "Host", keys: tuple[str, ...], wanted: Part) -> Resource:
    issuer, subject, uri = keys
    properties = _properties(wanted, "CertMapping")
    return _mapping_resource(host.winrm.certificate_mappings.create(issuer, subject, uri, properties))


# -- plug-ins -----------------------------------------------------------------------------------


def _plugin_resource(plugin: Plugin) -> Resource:
    """The password of RunAsUser is never shown."""
    attributes = (
        ("Name", plugin.name),
        *((name, "" if name == "RunAsPassword" else value) for name, value in plugin.attributes.items()),
    )
    parts: list[Part] = []
    if plugin.parameters:
        parameters = (
            Part("Param", attributes=(("Name", name), ("Value", value)))
            for name, value in plugin.parameters.items()
        )
        parts.append(Part("InitializationParameters", parts=tuple(parameters)))
    parts.append(Part("Resources", parts=tuple(map(_resource_part, plugin.resources))))
    if plugin.quotas:
        quotas = tuple((name, str(value)) for name, value in plugin.quotas.items())
        parts.append(Part("Quotas", attributes=quotas))
    part = Part("PlugInConfiguration", parts=tuple(parts), attributes=attributes)
    return Resource(part, (("Name", plugin.name),))


def _resource_part(resource: PluginResource) -> Part:
    attributes = [("ResourceUri", resource.uri), ("SupportsOptions", _text(resource.supports_options))]
    if resource.exact_match:
        attributes.append(("ExactMatch", "true"))
    security = (
        Part(
            "Security",
            attributes=(("Uri", one.uri), ("ExactMatch", _text(one.exact_match)), ("Sddl", one.sddl)),
        )
        for one in resource.security
    )
    return Part(
        "Resource",
        parts=(*security, *map(_capability_part, resource.capabilities)),
        attributes=tuple(attributes),
    )


def _capability_part(capability: Capability) -> Part:
    attributes = [("Type", capability.kind)]
    if capability.supports_fragment:
        attributes.append(("SupportsFragment", "true"))
    if capability.supports_filtering:
        attributes.append(("SupportsFiltering", "true"))
    return Part("Capability", attributes=tuple(attributes))


def _plugin_of(wanted: Part, name: str) -> Plugin:
    """The plug-in that a part states. Raises ConfigurationRefused."""
    _require_name(wanted, "PlugInConfiguration")
    stated = wanted.attribute("Name")
    if stated is not None and stated.strip().casefold() != name.strip().casefold():
        raise ConfigurationRefused(Refusal.KEYS_CANNOT_CHANGE, "Name")
    attributes = {key: value for key, value in wanted.attributes if key not in ("Name", "lang")}
    resources = tuple(_resource_of(part) for part in _below(wanted, "Resources", "Resource"))
    parameters = {
        part.attribute("Name") or "": part.attribute("Value") or ""
        for part in _below(wanted, "InitializationParameters", "Param")
    }
    quotas = {key: _quota(value) for part in wanted.children("Quotas") for key, value in part.attributes}
    return Plugin(name.strip(), attributes, resources, parameters, quotas)


def _below(part: Part, group: str, name: str) -> Iterable[Part]:
    return (one for holder in part.children(group) for one in holder.children(name))


def _resource_of(part: Part) -> PluginResource:
    uri = part.attribute("ResourceUri") or ""
    return PluginResource(
        uri,
        _is_true(part.attribute("SupportsOptions")),
        _is_true(part.attribute("ExactMatch")),
        tuple(
            PluginSecurity(
                one.attribute("Uri") or uri,
                _is_true(one.attribute("ExactMatch")),
                one.attribute("Sddl") or "",
            )
            for one in part.children("Security")
        ),
        tuple(
            Capability(
                one.attribute("Type") or "",
                _is_true(one.attribute("SupportsFragment")),
                _is_true(one.attribute("SupportsFiltering")),
            )
            for one in part.children("Capability")
        ),
    )


def _is_true(text: str | None) -> bool:
    return (text or "").strip().lower() in ("true", "1")


def _quota(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 10):
        raise ConfigurationRefused(Refusal.INVALID_VALUE, "a quota is a number")
    return int(text)


_FAMILIES: Mapping[str, _Family] = {
    "listener": _Family(
        ("Address", "Transport"),
        lambda host: (_listener_resource(host, listener) for listener in host.winrm.listeners),
        lambda host, keys: _listener_resource(host, host.winrm.listeners.get(*keys)),
        _put_listener,
        _create_listener,
        lambda host, keys: host.winrm.listeners.delete(*keys),
    ),
    "service/certmapping": _Family(
        ("Issuer", "Subject", "URI"),
        lambda host: map(_mapping_resource, host.winrm.certificate_mappings),
        lambda host, keys: _mapping_resource(host.winrm.certificate_mappings.get(*keys)),
        _put_mapping,
        _create_mapping,
        lambda host, keys: host.winrm.certificate_mappings.delete(*keys),
    ),
    "plugin": _Family(
        ("Name",),
        lambda host: map(_plugin_resource, host.winrm.plugins),
        lambda host, keys: _plugin_resource(host.winrm.plugins.get(*keys)),
        lambda host, keys, part: host.winrm.plugins.change(_plugin_of(part, *keys)),
        lambda host, keys, part: _plugin_resource(host.winrm.plugins.create(_plugin_of(part, *keys))),
        lambda host, keys: host.winrm.plugins.delete(*keys),
    ),
}
