"""Help objects of documents in MAML, the XML of help files (MamlNode and MamlCommandHelpInfo of 5.1)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from emulator.powershell.dotnet.collections import PSArray
from emulator.powershell.dotnet.psobject import LazyNote, NoteProperty, PSObject
from emulator.powershell.modules.core.help_views import MAML, PROVIDER
from emulator.powershell.runtime.conversion import items_of, to_text
from emulator.xml_document import Element, local_name

NAMESPACES = (
    ("xmlns:command", "http://schemas.microsoft.com/maml/dev/command/2004/10"),
    ("xmlns:dev", "http://schemas.microsoft.com/maml/dev/2004/10"),
    ("xmlns:maml", "http://schemas.microsoft.com/maml/2004/10"),
)
"""The attributes of every command in the help files of Windows."""
_TEXT_TYPE = "MamlTextItem"
_FORMATTING = frozenset({"para", "list", "definitionlist"})
_LINE = "\r\n"


def command_help(element: Element, *, identifier: str, name: str, category: str) -> PSObject:
    """The help of a command; `identifier` is the module or file that the types name."""
    made = PSObject(None, (f"{MAML}#{identifier}#{name}", f"{MAML}#{identifier}", MAML, "HelpInfo"))
    # Of many topics only name and synopsis are shown.
    for key, children in _grouped(element).items():
        made.add(LazyNote(key, _maker(children)))
    for key, value in (*NAMESPACES, *element.attrib.items()):
        made.add(NoteProperty(_plain(key), value))
    _add_common(made, name, category, _synopsis(element))
    return made


def provider_help(element: Element, *, identifier: str) -> PSObject:
    """The help of a provider."""
    made = PSObject(None)
    for key, children in _grouped(element).items():
        made.add(NoteProperty(key, _maker(children)()))
    name, synopsis = to_text(made.note("Name")).strip(), to_text(made.note("Synopsis")).strip()
    made.type_names = [f"{PROVIDER}#{identifier}#{name}", f"{PROVIDER}#{identifier}", PROVIDER, "HelpInfo"]
    _add_common(made, name, "Provider", synopsis)
    return made


def name_of(element: Element) -> str:
    """The name that the details of a command, or a provider itself, give."""
    details = element.find("{*}details")
    held = element if details is None else details
    return next((_inner(one) for one in held if local_name(one).lower() == "name"), "")


def texts_of(value: Any) -> str:
    """All texts below a value, one after another."""
    if isinstance(value, str):
        return value
    if isinstance(value, PSObject) and value.base is None:
        return "".join(texts_of(one.value) for one in value.members.values() if isinstance(one, NoteProperty))
    return "".join(texts_of(one) for one in items_of(value)) if isinstance(value, PSArray) else to_text(value)


def _synopsis(element: Element) -> str:
    """The first paragraph of what the details describe."""
    path = "{*}details/{*}description/{*}para"
    found = element.find(path)
    return "" if found is None else _inner(found)


def _add_common(made: PSObject, name: str, category: str, synopsis: str) -> None:
    pairs = (("Name", name), ("Category", category), ("Synopsis", synopsis))
    for key, value in (*pairs, ("Component", None), ("Role", None), ("Functionality", None)):
        if key.lower() not in made.members:
            made.add(NoteProperty(key, value))


def _grouped(element: Element) -> dict[str, list[Element]]:
    """The children by name, without regard to case, in the order in which the names came."""
    found: dict[str, tuple[str, list[Element]]] = {}
    for child in element:
        name = local_name(child)
        found.setdefault(name.lower(), (name, []))[1].append(child)
    return dict(found.values())


def _maker(children: list[Element]) -> Callable[[], Any]:
    return lambda: _one_or_all(map(_value, children))


def _one_or_all(values: Iterable[Any]) -> Any:
    """Values under one name: those of formatted texts together, and one alone as it is."""
    listed: list[Any] = []
    formatted = False
    for one in values:
        if isinstance(one, PSArray):
            formatted = True
            listed.extend(one)
        else:
            listed.append(one)
    return listed[0] if len(listed) == 1 and not formatted else PSArray(listed)


def _value(element: Element) -> Any:
    """An element: a text, formatted texts, or an object of its children; its attributes are members."""
    made: Any
    if not len(element):
        made = (element.text or "").strip()
        if element.attrib:
            made = PSObject(made)
    elif any(local_name(one).lower() in _FORMATTING for one in element):
        return PSArray(_formatted(element))
    else:
        pairs = [(key, _maker(children)()) for key, children in _grouped(element).items()]
        made = PSObject.custom(pairs, (f"{MAML}#{local_name(element)}",))
    for key, value in element.attrib.items():
        made.add(NoteProperty(_plain(key), value))
    return made


def _plain(name: str) -> str:
    return name.rpartition("}")[2]


def _inner(element: Element) -> str:
    return "".join(element.itertext()).strip()


# Formatted texts


def _formatted(element: Element) -> list[PSObject]:
    """Paragraphs and lists. A paragraph ends with a line end, the last one that says something does not."""
    spoken = sum(1 for one in element if local_name(one).lower() == "para" and _inner(one))
    found: list[PSObject] = []
    count = 0
    for child in element:
        name = local_name(child).lower()
        if name == "para":
            count += 1
            text = _inner(child)
            found.append(_item("MamlParaTextItem", Text=text + _LINE if text and count != spoken else text))
        elif name == "list":
            found += _list(child)
        elif name == "definitionlist":
            found += _definitions(child)
    return found


def _list(element: Element) -> list[PSObject]:
    is_ordered = (element.get("class") or "").lower() == "ordered"
    found = []
    for number, child in enumerate((one for one in element if local_name(one) == "listItem"), 1):
        text = next((_inner(one) for one in child if local_name(one) == "para"), "")
        kind = "MamlOrderedListTextItem" if is_ordered else "MamlUnorderedListTextItem"
        found.append(_item(kind, Text=text, Tag=f"{number:02d}. " if is_ordered else "* "))
    return found


def _definitions(element: Element) -> list[PSObject]:
    found = []
    for child in element:
        parts = {local_name(one).lower(): one for one in child}
        term = _inner(parts["term"]) if "term" in parts else ""
        if term:
            definition = _inner(parts["definition"]) if "definition" in parts else None
            found.append(_item("MamlDefinitionTextItem", Term=term, Definition=definition))
    return found


def _item(kind: str, **pairs: str | None) -> PSObject:
    return PSObject.custom(pairs.items(), (kind, _TEXT_TYPE))
