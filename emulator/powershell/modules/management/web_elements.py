"""What Invoke-WebRequest makes of the page that Internet Explorer's engine has read: the elements as objects,
and the forms."""

from __future__ import annotations

from collections.abc import Iterable

from emulator.powershell.dotnet.collections import LIST_TYPES, GenericDictionary
from emulator.powershell.dotnet.psobject import PSObject
from emulator.powershell.dotnet.types import PSType, builtin, register
from emulator.powershell.modules.html.documents import HtmlDocument
from emulator.powershell.modules.html.elements import form_method, value_of
from emulator.powershell.modules.html.nodes import HtmlNode
from emulator.powershell.modules.html.writing import markup, plain_text
from emulator.powershell.modules.management.web_text import element_object
from emulator.powershell.runtime.arithmetic import too_large
from emulator.powershell.runtime.limits import DEFAULT

_COMMANDS = "Microsoft.PowerShell.Commands."


class ElementObjects(list[PSObject]):
    """WebCmdletElementCollection."""

    __slots__ = ()

    def find(self, attribute: str, value: str) -> PSObject | None:
        """The first element with a value of an attribute."""
        for one in self:
            held = one.members.get(attribute)
            if held is not None and getattr(held, "value", None) == value:
                return one
        return None


class FormObject:
    """A form with what its fields would send."""

    __slots__ = ("action", "fields", "form_id", "method")

    def __init__(self, form_id: str, method: str, action: str) -> None:
        self.form_id = form_id
        self.method = method
        self.action = action
        kind = builtin("System.Collections.Generic.Dictionary`2")
        self.fields = GenericDictionary((), kind)


class FormObjects(list[FormObject]):
    """FormObjectCollection."""

    __slots__ = ()

    def named_item(self, name: str) -> FormObject | None:
        """The form of an identifier."""
        return next((one for one in self if one.form_id.lower() == name.lower()), None)


LIST_TYPES.update((ElementObjects, FormObjects))


class PageObjects:
    """The objects of a page, which are made once."""

    def __init__(self, text: str) -> None:
        self.document = HtmlDocument(text)
        self._made: dict[tuple[str, ...], ElementObjects] = {}
        self._forms: FormObjects | None = None

    def elements(self, *names: str, having: str = "") -> ElementObjects:
        """The elements with some names (all without one), of those the ones that have an attribute."""
        key = (*names, having)
        if key not in self._made:
            found = (one for one in self.document.all() if not names or one.name in names)
            chosen = [one for one in found if not having or having in one.attributes]
            self._made[key] = ElementObjects(_objects(self.document, chosen))
        return self._made[key]

    def forms(self) -> FormObjects:
        """The forms."""
        if self._forms is None:
            found = (one for one in self.document.root.below() if one.name == "form")
            self._forms = FormObjects(_form(one) for one in found)
        return self._forms


def _objects(document: HtmlDocument, nodes: Iterable[HtmlNode]) -> Iterable[PSObject]:
    html, text = markup(document.root), plain_text(document.root)
    before = set(document.prologue)
    total = 0
    for node in nodes:
        known = node not in before
        inside, outside = (html.inside(node), html.outside(node)) if known else (None, node.text)
        read = text.outside(node) if known else None
        total += len(outside or "") * 2 + len(read or "") * 2
        if total > DEFAULT.text:
            raise too_large("text")
        notes = {"innerHTML": inside, "innerText": read, "outerHTML": outside, "outerText": read}
        yield element_object({**notes, "tagName": node.name.upper()}, outside or "")


def _form(node: HtmlNode) -> FormObject:
    made = FormObject(
        node.attributes.get("id", node.attributes.get("name", "")),
        form_method(node),
        node.attributes.get("action", ""),
    )
    for one in node.below():
        if one.name == "input":
            key = one.attributes.get("id", one.attributes.get("name", ""))
            if key not in made.fields:
                made.fields[key] = value_of(one)
    return made


register(
    PSType(
        f"{_COMMANDS}WebCmdletElementCollection",
        base="System.Collections.ObjectModel.ReadOnlyCollection`1",
        instance={
            "Count: int": len,
            "Find(string nameOrId)": lambda e, name: e.find("id", name) or e.find("name", name),
            "FindById(string id)": lambda e, name: e.find("id", name),
            "FindByName(string name)": lambda e, name: e.find("name", name),
        },
    ),
    ElementObjects,
)
register(
    PSType(
        f"{_COMMANDS}FormObject",
        instance={
            "Id: string": lambda f: f.form_id,
            "Method: string": lambda f: f.method,
            "Action: string": lambda f: f.action,
            "Fields": lambda f: f.fields,
        },
    ),
    FormObject,
)
register(
    PSType(
        f"{_COMMANDS}FormObjectCollection",
        base="System.Collections.ObjectModel.Collection`1",
        instance={"Count: int": len, "Item(string key)": FormObjects.named_item},
    ),
    FormObjects,
)
