"""Write docs/coverage.md from the code itself, so that it cannot say more than is true.

python tools/build_coverage.py            writes the file
python tools/build_coverage.py --check    exits 1 when the file is not what would be written
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path

from emulator.console.cmd.builtins import BUILTINS
from emulator.console.programs import PROGRAMS
from emulator.console.programs.powershell.session import installed_modules
from emulator.host import Host
from emulator.powershell.runtime import Module
from emulator.profile import builtin_names, load
from emulator.shells.powershell.messages import MessageType
from emulator.wmi import WmiService
from emulator.wmi.events.extrinsic import EXTRINSIC
from emulator.wmi.events.query import EVENT_PROVIDERS
from emulator.wmi.namespaces import NAMESPACES
from emulator.wmi.tables import load_schema
from emulator.wsman import dispatch
from emulator.wsman.operations import eventing, shell

DOCUMENT = Path(__file__).parent.parent / "docs" / "coverage.md"
RELEASE = "2022"
#: Messages that nothing here has a reason to send.
UNSENT = {"user event", "runspacepool host call"}
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
    service = WmiService(Host(load(WITH_BOTH_NAMESPACES), clock_mode="manual"))
    for definition in NAMESPACES:
        if definition.package is None or not definition.exists(service.host):
            continue
        package = import_module(definition.package)
        namespace = service.namespace(definition.name)
        classes: dict[str, set[str]] = {}
        for view in package.VIEWS:
            methods = classes.setdefault(view.class_name, set())
            if namespace.schema.get(view.class_name) is not None:
                methods |= {
                    declared.name
                    for declared in namespace.schema.find(view.class_name).methods
                    if view(namespace).method(declared.name) is not None
                }
        links = sorted({link.association for link in package.LINKS})
        yield f"## WMI {definition.name}"
        yield ""
        yield (
            f"{len(classes)} classes have instances, {len(links)} associations join them; the other classes of the "
            f"namespace ({len(tuple(namespace.schema.names()))} in its table) enumerate to nothing."
        )
        yield ""
        yield "| class | methods that do their work |"
        yield "|---|---|"
        for name in sorted(classes):
            yield f"| {name} | {', '.join(sorted(classes[name]))} |"
        yield ""
        if links:
            yield "Associations: " + _listed(links) + "."
            yield ""
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


def _powershell() -> Iterator[str]:
    host = Host(load("windows-server-2022-datacenter"), clock_mode="manual")
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


def main() -> None:
    text = document()
    if "--check" in sys.argv[1:]:
        sys.exit(0 if DOCUMENT.read_text(encoding="utf-8") == text else 1)
    DOCUMENT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
