"""HelpInfo.xml: where the help of a module is, in which languages and versions (UpdatableHelpInfo of 5.1)."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape

from emulator.powershell.dotnet.simple import Version
from emulator.powershell.modules.updatable_help.problems import CULTURE, HelpProblem
from emulator.record import Record
from emulator.xml_document import Element, MalformedXml, parse

_SPACE = "http://schemas.microsoft.com/powershell/help/2010/05"
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")
_LARGEST = 1 << 20
_INVALID = "HelpInfoXmlValidationFailure"


class HelpInfo(Record):
    """``address`` is HelpContentURI; ``cultures`` are the languages with their versions, in their order."""

    address: str
    cultures: dict[str, Version]

    def version(self, culture: str) -> Version | None:
        """The version of a language, or None."""
        return next((one for name, one in self.cultures.items() if name.lower() == culture.lower()), None)

    def fitting(self, culture: str) -> str:
        """The language by its name in the file. Raises HelpProblem when it is not there."""
        found = next((name for name in self.cultures if name.lower() == culture.lower()), None)
        if found is None:
            text = (
                f"The specified culture is not supported: {culture}. Specify a culture from the following "
                f"list: {{{' | '.join(self.cultures)}}}."
            )
            raise HelpProblem(CULTURE, text)
        return found

    def with_culture(self, culture: str, version: Version, address: str) -> HelpInfo:
        """The file once a language has come, or its version."""
        cultures = dict(self.cultures)
        name = next((one for one in cultures if one.lower() == culture.lower()), culture)
        cultures[name] = version
        return HelpInfo(address=address, cultures=cultures)

    def text(self) -> str:
        """The file."""
        rows = "".join(
            "    <UICulture>\r\n"
            f"      <UICultureName>{escape(name)}</UICultureName>\r\n"
            f"      <UICultureVersion>{version}</UICultureVersion>\r\n"
            "    </UICulture>\r\n"
            for name, version in self.cultures.items()
        )
        return (
            '<?xml version="1.0" encoding="utf-8"?>\r\n'
            f'<HelpInfo xmlns="{_SPACE}">\r\n'
            f"  <HelpContentURI>{escape(self.address)}</HelpContentURI>\r\n"
            f"  <SupportedUICultures>\r\n{rows}  </SupportedUICultures>\r\n"
            "</HelpInfo>"
        )


def read_help_info(text: str) -> HelpInfo:
    """The file of a text. Raises HelpProblem for one that its schema does not allow, ValueError for a version
    that is none."""
    if len(text) > _LARGEST:
        raise _invalid()
    try:
        root = parse(text.encode("utf-8", "replace"))
    except MalformedXml as problem:
        raise HelpProblem(_INVALID, str(problem), "InvalidData") from None
    if root.tag != f"{{{_SPACE}}}HelpInfo":
        raise _invalid()
    address, supported = _parts(root, "HelpContentURI", "SupportedUICultures")
    cultures: dict[str, Version] = {}
    for one in supported:
        if one.tag != f"{{{_SPACE}}}UICulture":
            raise _invalid()
        name, version = (_text(each) for each in _parts(one, "UICultureName", "UICultureVersion"))
        if not _LANGUAGE.fullmatch(name):
            raise _invalid()
        cultures[name] = Version.parse(version)
    if not cultures:
        raise _invalid()
    return HelpInfo(address=_text(address), cultures=cultures)


def _parts(element: Element, *names: str) -> list[Element]:
    """The children, which must be these."""
    if [one.tag for one in element] != [f"{{{_SPACE}}}{name}" for name in names]:
        raise _invalid()
    return list(element)


def _text(element: Element) -> str:
    return (element.text or "").strip()


def _invalid() -> HelpProblem:
    return HelpProblem(_INVALID, "The HelpInfo XML is not valid. Specify valid HelpInfo XML.", "InvalidData")
