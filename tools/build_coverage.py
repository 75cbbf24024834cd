"""Write docs/coverage.md from the code itself, so that it cannot say more than is true.

python tools/build_coverage.py            writes the file
python tools/build_coverage.py --check    exits 1 when a file is not what would be written

With it goes the index by which a session finds the behaviour of a cmdlet without loading all of them.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path

from emulator.console.cmd.builtins import BUILTINS
from emulator.console.programs import NOT_EMULATED, PROGRAMS
from emulator.console.programs.powershell.session import installed_modules
from emulator.host import Host
from emulator.powershell.modules.tables import INDEX
from emulator.powershell.runtime import Module
from emulator.profile import builtin_names, load
from emulator.shells.powershell.messages import MessageType
from emulator.wmi import WmiService
from emulator.wmi.coverage import NamespaceCoverage, Standing, counts, coverage
from emulator.wmi.events.extrinsic import EXTRINSIC
from emulator.wmi.events.query import EVENT_PROVIDERS
from emulator.wmi.furnishing import furnish
from emulator.wmi.namespaces import NAMESPACES
from emulator.wmi.tables import load_schema
from emulator.wsman import dispatch
from emulator.wsman.operations import eventing, shell

DOCUMENT = Path(__file__).parent.parent / "docs" / "coverage.md"
RELEASE = "2022"
#: Messages that nothing here has a reason to send.
UNSENT = {"user event", "runspacepool host call"}
CURRENT = "windows-server-2022-datacenter"
WITH_BOTH_NAMESPACES = "windows-server-2012-datacenter"
REFUSED = {dispatch._renew_or_status, eventing.renew}


def document() -> str:
    """The whole text."""
    parts = [
        "# What is emulated",
        "",
        "Written by `tools/build_coverage.py` from the code; a test keeps it so. What is not listed answers with a",
        "typed error and is counted at `GET /api/gaps`.",
        "",
        *_operations(),
        *_wmi(),
        *_other_namespaces(),
        *_console(),
        *_powershell(),
        *_profiles(),
    ]
    return "\n".join(parts) + "\n"


def _operations() -> Iterator[str]:
    yield "## WS-Management"
    yield ""
    handlers = {
        **dispatch._WITHOUT_TARGET,
        **dispatch._WITH_TARGET,
        **shell.ACTIONS,
        "Subscribe": eventing.subscribe,
        **eventing.ACTIONS,
    }
    done = ["Identify", "Invoke of WMI methods"]
    done += [action.rpartition("/")[2] for action, handler in handlers.items() if handler not in REFUSED]
    refused = [action.rpartition("/")[2] for action, handler in handlers.items() if handler in REFUSED]
    yield "Operations: " + _listed(done) + "."
    yield ""
    yield "Refused with a fault: " + _listed(refused) + "."
    yield ""
    raised = _listed(f"`{name}`" for name in sorted(EVENT_PROVIDERS))
    extrinsic = _listed(f"`{each.class_name}`" for each in EXTRINSIC)
    yield f"Events: entries of the event logs; of WMI instances, raised at once in {raised}, elsewhere polled"
    yield f"with WITHIN; {extrinsic}."
    yield ""
    yield from _remoting()
    yield ""


def _remoting() -> Iterator[str]:
    names = (one.name.replace("_", " ").lower() for one in MessageType)
    yield (
        "PowerShell remoting (MS-PSRP 2.1 to 2.3, the release's own) takes and sends: "
        + _listed([name for name in names if name not in UNSENT])
        + "."
    )
    yield ""


def _wmi() -> Iterator[str]:
    yield "## WMI"
    yield ""
    yield (
        "Counted by `hyperv-emulator coverage` on a host of the shipped profile and, furnished, on the same host with"
    )
    yield (
        "one of everything that needs no special hardware. A class with no instance now shows one as soon as there is"
    )
    yield "something to show; one that is only embedded travels in calls, as on a real host."
    yield ""
    yield "| namespace | release | bare host | furnished host |"
    yield "|---|---|---|---|"
    rows: list[tuple[NamespaceCoverage, NamespaceCoverage]] = []
    for profile, wanted in ((CURRENT, None), (WITH_BOTH_NAMESPACES, "root/virtualization")):
        pairs = zip(_covered(profile, furnished=False), _covered(profile, furnished=True), strict=True)
        rows += [pair for pair in pairs if wanted in (None, pair[0].namespace)]
    for bare, furnished in rows:
        yield f"| {bare.namespace} | {bare.release} | {counts(bare)} | {counts(furnished)} |"
    yield ""
    for bare, furnished in rows:
        yield from _namespace(bare, furnished)


def _covered(profile: str, *, furnished: bool) -> list[NamespaceCoverage]:
    host = Host(load(profile), clock_mode="manual")
    if furnished:
        furnish(host)
    return coverage(WmiService(host))


def _namespace(bare: NamespaceCoverage, furnished: NamespaceCoverage) -> Iterator[str]:
    yield f"### {bare.namespace}"
    yield ""
    yield "| class | instances | methods that do their work |"
    yield "|---|---|---|"
    words = {
        Standing.LIVE: "on a furnished host",
        Standing.WAITING: "when there is something to show",
        Standing.EMBEDDED: "only embedded",
    }
    always = {each.name for each in bare.of(Standing.LIVE)}
    for each in furnished.of(*words):
        word = "yes" if each.name in always else words[Standing(each.standing)]
        yield f"| {each.name} | {word} | {_listed(each.methods)} |"
    yield ""
    bases = [each.name for each in furnished.of(Standing.BASE)]
    for label, names in (
        ("Bases of others", bases),
        ("Not there", furnished.missing_classes),
        ("Methods not there", furnished.missing_methods),
    ):
        if names:
            yield f"{label}: {_listed(names)}."
            yield ""


def _other_namespaces() -> Iterator[str]:
    yield "## Other WMI namespaces"
    yield ""
    yield "Their classes enumerate to nothing and their declarations are served."
    yield ""
    for definition in NAMESPACES:
        if definition.package is None:
            count = len(load_schema(definition.schema, definition.name, RELEASE))
            yield f"- {definition.spelled}: {count} classes with the system classes, from {definition.since} on"
    yield ""


def _console() -> Iterator[str]:
    yield "## cmd.exe"
    yield ""
    yield "Built-in commands: " + _listed(BUILTINS) + "."
    yield ""
    yield "Programs: " + _listed(PROGRAMS) + "."
    yield ""
    yield "Programs that say that they are not emulated: " + _listed(sorted(NOT_EMULATED)) + "."
    yield ""


def _powershell() -> Iterator[str]:
    host = Host(load(CURRENT), clock_mode="manual")
    for module in installed_modules(host):
        names = sorted(module.cmdlet_names(RELEASE))
        done = [name for name in names if module.behaviour(name) is not None]
        yield f"## PowerShell module {module.name}"
        yield ""
        yield f"{len(done)} of {len(names)} cmdlets of release {RELEASE}: {_listed(done)}."
        yield ""
        missing = _missing(module, names)
        if missing:
            yield f"Found by Get-Command, and fail loudly when called: {_listed(missing)}."
            yield ""


def _missing(module: Module, names: Iterable[str]) -> list[str]:
    return [name for name in names if module.behaviour(name) is None]


def _profiles() -> Iterator[str]:
    yield "## Profiles"
    yield ""
    yield "| profile | Windows | Hyper-V role |"
    yield "|---|---|---|"
    for name in builtin_names():
        profile = load(name)
        yield f"| {name} | {profile.edition.caption.strip()} {profile.release.version} | {profile.hyper_v.role} |"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(dict.fromkeys(names), key=str.lower))


def index() -> str:
    """The index of behaviours: which module has which cmdlets, for `emulator.powershell.runtime.module`."""
    host = Host(load(CURRENT), clock_mode="manual")
    rows: dict[str, str] = {}
    for module in installed_modules(host):
        for path in module.behaviours:
            declared = (getattr(one, "__cmdlet__", ()) for one in vars(import_module(path)).values())
            names = sorted(one.name for several in declared if isinstance(several, tuple) for one in several)
            if names:
                rows[path] = " ".join(dict.fromkeys(names))
    return json.dumps(rows, indent=0) + "\n"


def main() -> None:
    written = {DOCUMENT: document(), INDEX: index()}
    if "--check" in sys.argv[1:]:
        same = all(path.read_text(encoding="utf-8") == text for path, text in written.items())
        sys.exit(0 if same else 1)
    for path, text in written.items():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
