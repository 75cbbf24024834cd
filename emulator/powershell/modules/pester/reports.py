"""The files that a run leaves behind: test results and code coverage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.host import Host
from emulator.powershell.modules.pester.configuration import Configuration
from emulator.powershell.modules.pester.coverage import Coverage
from emulator.powershell.modules.pester.thrown import thrown
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import PSError
from emulator.powershell.runtime.services import ByteStore, FileStore

if TYPE_CHECKING:
    from emulator.powershell.modules.pester.types import RunResult

#: Names of encodings in the configuration -> the codec, and the name in the declaration of the document.
_ENCODINGS = {
    "utf8": ("utf-8-sig", "utf-8"),
    "utf8nobom": ("utf-8", "utf-8"),
    "unicode": ("utf-16", "utf-16"),
    "utf32": ("utf-32", "utf-32"),
    "ascii": ("ascii", "us-ascii"),
}
_RESULT_FORMATS = ("NUnitXml", "NUnit2.5", "NUnit3", "JUnitXml")
_COVERAGE_FORMATS = ("JaCoCo", "CoverageGutters", "Cobertura")


def write_results(call: CmdletCall, configuration: Configuration, result: RunResult) -> None:
    """The report of the tests. Raises when the format or the encoding is none of Pester's."""
    kind = _one_of(configuration, "TestResult", "OutputFormat", _RESULT_FORMATS)
    name = to_text(configuration.value("TestResult", "TestSuiteName"))
    text = _results_text(call, result, kind.lower(), name)
    _write(call, configuration, "TestResult", text)


def _results_text(call: CmdletCall, result: RunResult, kind: str, name: str) -> str:
    """The document of a format in small letters."""
    host, directory = call.service(Host), call.engine.paths.location.shown
    if kind == "junitxml":
        from emulator.powershell.modules.pester.junit import junit_xml

        return junit_xml(host, result.containers, name, directory, result.seconds)
    if kind == "nunit3":
        from emulator.powershell.modules.pester.nunit3 import NUnit3, in_utc

        began = in_utc(host, result.executed_at)
        return NUnit3(host, directory).document(result.containers, name, began, result.seconds)
    from emulator.powershell.modules.pester.nunit import nunit_xml

    return nunit_xml(host, result.containers, result.executed_at.to_python(), str, directory, name)


def write_coverage(
    call: CmdletCall, configuration: Configuration, result: RunResult, coverage: Coverage
) -> None:
    """The report of the coverage. Raises when the format or the encoding is none of Pester's."""
    from emulator.powershell.modules.pester.jacoco import cobertura, jacoco

    kind = _one_of(configuration, "CodeCoverage", "OutputFormat", _COVERAGE_FORMATS)
    ended = int(call.engine.clock.now().timestamp() * 1000)
    began = ended - int(result.seconds * 1000)
    root = call.engine.paths.location.shown
    if kind == "Cobertura":
        text = cobertura(coverage, root, began)
    else:
        title = f"Pester ({result.executed_at.to_python():%m/%d/%Y %H:%M:%S})"
        text = jacoco(coverage, root, title, began, ended)
    coverage.output_file = _write(call, configuration, "CodeCoverage", text)


def _one_of(configuration: Configuration, section: str, option: str, known: tuple[str, ...]) -> str:
    value = to_text(configuration.value(section, option))
    for one in known:
        if one.lower() == value.lower():
            return one
    raise _refused(section, option, known, value)


def _refused(section: str, option: str, known: tuple[str, ...], value: str) -> PSError:
    listed = "', '".join(known[:-1])
    return thrown(
        f"{section}.{option} must be '{listed}' or '{known[-1]}', but it was '{value}'. Please review your "
        "configuration."
    )


def _write(call: CmdletCall, configuration: Configuration, section: str, text: str) -> str:
    """Write a document, with the folders above it; gives its path."""
    encoding = to_text(configuration.value(section, "OutputEncoding"))
    found = _ENCODINGS.get(encoding.lower())
    if found is None:
        raise _refused(section, "OutputEncoding", tuple(_ENCODINGS), encoding)
    path = call.service(FileStore).resolve(to_text(configuration.value(section, "OutputPath")))
    write_document(call, path, text, *found)
    return path


def write_document(
    call: CmdletCall, path: str, text: str, codec: str = "utf-8-sig", name: str = "utf-8"
) -> None:
    """Write an XML document to a file."""
    from emulator.powershell.modules.utility.invoking import values_of_command

    folder = path.rpartition("\\")[0]
    store = call.service(ByteStore)
    if folder and not store.is_directory(folder):
        values_of_command(call, "New-Item", [("Path", folder), ("ItemType", "Directory"), ("Force", True)])
    declared = text.replace('encoding="utf-8"', f'encoding="{name}"', 1)
    store.write_bytes(path, declared.replace("\n", "\r\n").encode(codec, "xmlcharrefreplace"))
