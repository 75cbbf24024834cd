"""What winrm.cmd writes: resources as indented text or XML, and the report of an error."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from emulator.host import ConfigurationRefused
from emulator.host.winrm.winrm_errors import OF_THE_PROTOCOL
from emulator.host.winrm.winrm_resources import Part, Resource
from emulator.signed_numbers import signed32

_ANONYMOUS = "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous"
_BASE = "http://schemas.microsoft.com/wbem/wsman/1/"
_INDENT = "    "
_WIN32 = 0x80070000


def formatted(part: Part, kind: str, uri: str) -> str:
    """A resource in the format of ``-format:``: text, xml (one line) or pretty (indented)."""
    kind = kind.lower().lstrip("#")
    if kind == "text":
        return "\r\n".join(_text_lines(part)) + "\r\n"
    namespace = uri if "://" in uri else _BASE + uri.lower().removeprefix("winrm/")
    declared = f' xmlns:cfg="{escape(namespace)}" xml:lang="en-US"'
    return "\r\n".join(_xml_lines(part, declared, kind == "pretty"))


def reference(name: str, uri: str, resource: Resource) -> Part:
    """A resource's address, as shown for what was created and for ``-returntype:epr``."""
    selectors = (Part("Selector", value, attributes=(("Name", key),)) for key, value in resource.selectors)
    parameters = (Part("ResourceURI", uri), Part("SelectorSet", parts=tuple(selectors)))
    return Part(name, parts=(Part("Address", _ANONYMOUS), Part("ReferenceParameters", parts=parameters)))


def error_report(refused: ConfigurationRefused) -> str:
    """The fault as a tree, then its number and sentence."""
    number = refused.hresult if refused.hresult > 0xFFFF else _WIN32 | refused.hresult
    message = Part("Message", refused.text)
    fault = Part("WSManFault", parts=(message,))
    if refused.reason not in OF_THE_PROTOCOL:
        provider = Part("ProviderFault", parts=(fault,))
        fault = Part("WSManFault", parts=(Part("Message", parts=(provider,)),))
    tree = "\r\n".join(_text_lines(fault))
    return f"{tree}\r\n\r\nError number:  {signed32(number)} 0x{number:08X}\r\n{refused.text}"


def _text_lines(part: Part, depth: int = 0) -> Iterator[str]:
    """Names without a text stand alone; texts of the same name share one line."""
    source = f' [Source="{part.source}"]' if part.source else ""
    yield _INDENT * depth + part.name + (f" = {part.text}" if part.text else "") + source
    for name, value in part.attributes:
        yield _INDENT * (depth + 1) + (f"{name} = {value}" if value else name)
    if part.name == "SelectorSet":
        selectors = ", ".join(f"{one.attribute('Name')} = {one.text}" for one in part.parts)
        yield f"{_INDENT * (depth + 1)}Selector: {selectors}"
        return
    shown: set[str] = set()
    for child in part.parts:
        if child.parts or child.attributes:
            yield from _text_lines(child, depth + 1)
        elif child.name not in shown:
            shown.add(child.name)
            same = [one.text for one in part.parts if one.name == child.name and one.text]
            yield from _text_lines(Part(child.name, ", ".join(same), source=child.source), depth + 1)


def _xml_lines(part: Part, declared: str, indents: bool, depth: int = 0) -> Iterator[str]:
    attributes = (*part.attributes, *((("Source", part.source),) if part.source else ()))
    shown = declared + "".join(f" {name}={quoteattr(value)}" for name, value in attributes)
    name, indent = "cfg:" + part.name, _INDENT * depth if indents else ""
    if not part.parts:
        end = f">{escape(part.text)}</{name}>" if part.text else "/>"
        yield f"{indent}<{name}{shown}{end}"
        return
    inner = [line for child in part.parts for line in _xml_lines(child, "", indents, depth + 1)]
    if indents:
        yield f"{indent}<{name}{shown}>"
        yield from inner
        yield f"{indent}</{name}>"
    else:
        yield f"<{name}{shown}>{''.join(inner)}</{name}>"
