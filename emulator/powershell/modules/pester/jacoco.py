"""The coverage reports that build servers read: JaCoCo and Cobertura."""

from __future__ import annotations

import ntpath
from collections.abc import Callable, Iterable
from itertools import groupby
from xml.sax.saxutils import escape, quoteattr

from emulator.powershell.modules.pester.coverage import Command, Coverage, relative

_DOCTYPE = '<!DOCTYPE report PUBLIC "-//JACOCO//DTD Report 1.1//EN" "report.dtd">'


def jacoco(coverage: Coverage, root: str, title: str, began: int, ended: int) -> str:
    """The JaCoCo report. The moments are milliseconds of Unix time."""
    body = [f'<sessioninfo id="this" start="{began}" dump="{ended}" />']
    for folder, commands in _by(coverage.commands, lambda one: ntpath.dirname(one.file)):
        name = relative(folder, root) if folder.lower() != root.rstrip("\\").lower() else "."
        body.append(f"<package name={quoteattr(name)}>")
        files = _by(commands, lambda one: one.file)
        for file, inside in files:
            place = relative(file, root)
            body.append(
                f"<class name={quoteattr(place.rpartition('.')[0])} "
                f"sourcefilename={quoteattr(ntpath.basename(file))}>"
            )
            for function, own in _by(inside, lambda one: one.function or "<script>"):
                line = own[0].extent.start_line
                body.append(f'<method name={quoteattr(function)} desc="()" line="{line}">')
                body += _counters(own, ("INSTRUCTION", "LINE", "METHOD"))
                body.append("</method>")
            body += [*_counters(inside), "</class>"]
        for file, inside in files:
            body.append(f"<sourcefile name={quoteattr(ntpath.basename(file))}>")
            for line_text, own in _by(inside, lambda one: str(one.extent.start_line)):
                hit = sum(1 for one in own if one.count)
                body.append(f'<line nr="{line_text}" mi="{len(own) - hit}" ci="{hit}" mb="0" cb="0" />')
            body += [*_counters(inside), "</sourcefile>"]
        body += [*_counters(commands), "</package>"]
    body += _counters(coverage.commands)
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="no"?>'
        f"{_DOCTYPE}<report name={quoteattr(title)}>{''.join(body)}</report>"
    )


def cobertura(coverage: Coverage, root: str, began: int) -> str:
    """The Cobertura report."""
    packages = []
    for folder, commands in _by(coverage.commands, lambda one: ntpath.dirname(one.file)):
        classes = []
        for file, inside in _by(commands, lambda one: one.file):
            methods = [
                f'<method name={quoteattr(name)} signature="()">{_lines(own)}</method>'
                for name, own in _by([one for one in inside if one.function], lambda one: one.function)
            ]
            classes.append(
                f"<class name={quoteattr(ntpath.basename(file))} filename={quoteattr(relative(file, root))} "
                f'line-rate="{_rate(inside)}" branch-rate="1"><methods>{"".join(methods)}</methods>'
                f"{_lines(inside)}</class>"
            )
        place = "" if folder.lower() == root.rstrip("\\").lower() else relative(folder, root)
        packages.append(
            f'<package name={quoteattr(place)} line-rate="{_rate(commands)}" branch-rate="0">'
            f"<classes>{''.join(classes)}</classes></package>"
        )
    valid, covered = _count(coverage.commands)
    return (
        '<?xml version="1.0" ?>\n<!DOCTYPE coverage SYSTEM "coverage-loose.dtd">\n'
        f'<coverage lines-valid="{valid}" lines-covered="{covered}" line-rate="{_rate(coverage.commands)}" '
        f'branches-valid="0" branches-covered="0" branch-rate="1" timestamp="{began}" version="0.1">'
        f"<sources><source>{escape(root.replace(chr(92), '/'))}</source></sources>"
        f"<packages>{''.join(packages)}</packages></coverage>"
    )


def _by(commands: Iterable[Command], key: Callable[[Command], str]) -> list[tuple[str, list[Command]]]:
    """The commands in groups, in the order in which the groups begin."""
    groups: dict[str, list[Command]] = {}
    for name, run in groupby(commands, key):
        groups.setdefault(name, []).extend(run)
    return list(groups.items())


def _counters(
    commands: list[Command], kinds: tuple[str, ...] = ("INSTRUCTION", "LINE", "METHOD", "CLASS")
) -> list[str]:
    # A method, line or class counts as covered when its first command ran, as Pester has it.
    keys: dict[str, Callable[[Command], object]] = {
        "INSTRUCTION": lambda one: (one.file, one.extent.start_offset),
        "LINE": lambda one: (one.file, one.extent.start_line),
        "METHOD": lambda one: (one.file, one.function),
        "CLASS": lambda one: one.file,
    }
    found = []
    for kind in kinds:
        firsts: dict[object, bool] = {}
        for one in commands:
            firsts.setdefault(keys[kind](one), bool(one.count))
        covered = sum(firsts.values())
        found.append(f'<counter type="{kind}" missed="{len(firsts) - covered}" covered="{covered}" />')
    return found


def _hits_by_line(commands: Iterable[Command]) -> dict[tuple[str, int], int]:
    hits: dict[tuple[str, int], int] = {}
    for one in commands:
        key = (one.file, one.extent.start_line)
        hits[key] = hits.get(key, 0) + one.count
    return hits


def _lines(commands: Iterable[Command]) -> str:
    rows = sorted(_hits_by_line(commands).items())
    return (
        "<lines>"
        + "".join(f'<line number="{line}" hits="{hits}" />' for (_, line), hits in rows)
        + "</lines>"
    )


def _count(commands: Iterable[Command]) -> tuple[int, int]:
    hits = _hits_by_line(commands)
    return len(hits), sum(1 for one in hits.values() if one)


def _rate(commands: Iterable[Command]) -> str:
    valid, covered = _count(commands)
    return f"{covered / (valid or 1):.15g}"
