"""The NUnit 3 report of Pester 5."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from emulator.host import Host
from emulator.powershell.modules.pester.model import Block, Container, Outcome, Test
from emulator.powershell.modules.pester.nunit import FORBIDDEN, SKIPPED, attribute, environment
from emulator.powershell.modules.pester.report import failure_lines
from emulator.powershell.runtime.conversion import to_text

_CONTROLS = {code: 0x2400 + code for code in FORBIDDEN}
"""The characters that XML cannot hold as the pictures of them."""


class NUnit3:
    """Writes one document."""

    def __init__(self, host: Host, directory: str) -> None:
        self._host = host
        self._directory = directory
        self._file = self._node = 0

    def document(self, containers: Sequence[Container], name: str, began: datetime, seconds: float) -> str:
        """The whole document. ``began`` is in UTC."""
        tests = [one for container in containers for one in container.tests()]
        broken = sum(1 for one in containers if one.failures and not one.started)
        counts = _counts(tests, broken)
        result = _result(tests, any(block.failures for one in containers for block in one.blocks()))
        attributes = {
            "id": "0",
            "name": name,
            "fullname": name,
            "testcasecount": counts["total"],
            "result": result,
            **counts,
            "warnings": "0",
            **_times(began, seconds),
            "asserts": counts["total"],
            "random-seed": "0",
        }
        lines = [
            '<?xml version="1.0" encoding="utf-8" standalone="no"?>',
            f"<test-run {_written(attributes)}>",
        ]
        lines.append("  <filter />")
        for container in containers:
            if container.started or container.failures:
                self._file += 1
                self._node = 1000
                lines += (f"  {line}" for line in self._suite(container, ""))
        return "\n".join([*lines, "</test-run>"]) + "\n"

    def _id(self) -> str:
        self._node += 1
        return f"{self._file}-{self._node - 1}"

    def _suite(self, block: Block, parent: str) -> Iterator[str]:
        tests = list(block.tests())
        own = [one for one in block.children if isinstance(one, Test)]
        is_file = isinstance(block, Container)
        name = block.name.rpartition("\\")[2] if is_file else _named(block)
        path = block.name if is_file else f"{parent}.{name}" if parent else name
        kind = "Assembly" if is_file else "TestFixture" if own else "TestSuite"
        yield self._opening(block, kind, name, path, tests)
        if is_file:
            facts = environment(self._host, self._directory)
            del facts["nunit-version"]
            facts |= {"culture": "en-US", "uiculture": "en-US", "os-architecture": "x64"}
            yield f"  <environment {_written(facts)} />"
        else:
            properties = [
                ("_TYPE", block.kind),
                *_data(block.case),
                *(("Category", one) for one in block.tags),
            ]
            yield from _properties(properties)
        for record in block.failures[:1]:
            yield from _failure(record)
        inner = "" if is_file else path
        for line in self._children(block, inner):
            yield f"  {line}"
        yield "</test-suite>"

    def _children(self, block: Block, path: str) -> Iterator[str]:
        blocks = [one for one in block.children if isinstance(one, Block) and _ran(one)]
        for (grouped, _), run in groupby(blocks, key=lambda one: (one.case is not None, id(_place(one)))):
            members = list(run)
            tests = [test for one in members for test in one.tests()]
            if grouped:
                full = f"{path}.{members[0].name}" if path else members[0].name
                yield self._opening(members[0], "ParameterizedFixture", members[0].name, full, tests)
            for one in members:
                yield from self._suite(one, path)
            if grouped:
                yield "</test-suite>"
        own = [one for one in block.children if isinstance(one, Test) and one.outcome is not Outcome.NOT_RUN]
        for (grouped, _), cases in groupby(own, key=lambda one: (one.case is not None, id(_place(one)))):
            group = list(cases)
            if grouped:
                full = f"{path}.{group[0].name}"
                yield self._opening(block, "ParameterizedMethod", group[0].name, full, group)
                yield from _properties([("Category", one) for one in group[0].tags])
            for case in group:
                yield from self._case(case, path)
            if grouped:
                yield "</test-suite>"

    def _opening(self, block: Block, kind: str, name: str, path: str, tests: list[Test]) -> str:
        is_broken = isinstance(block, Container) and bool(block.failures) and not block.started
        counts = _counts(tests, int(is_broken))
        failed = any(one.failures for one in block.blocks()) and kind != "ParameterizedMethod"
        attributes = {"type": kind, "id": self._id(), "name": name, "fullname": path}
        if kind in ("TestFixture", "ParameterizedMethod"):
            attributes["classname"] = ".".join(block.declared_path)
        attributes |= {
            "runstate": "Ignored" if block.skip else "NotRunnable" if is_broken else "Runnable",
            "result": _result(tests, failed),
        }
        seconds = sum(one.duration for one in tests) if kind.startswith("Param") else block.duration
        attributes |= {
            **_times(in_utc(self._host, block.executed_at), seconds),
            "testcasecount": counts["total"],
            **counts,
            "warnings": "0",
            "asserts": counts["total"],
        }
        return f"<test-suite {_written(attributes)}>"

    def _case(self, test: Test, path: str) -> Iterator[str]:
        name = _named(test)
        full = f"{path}.{name}"
        attributes = {
            "id": self._id(),
            "name": full,
            "fullname": full,
            "methodname": test.name,
            "classname": ".".join(test.block.declared_path),
            "runstate": "Ignored" if test.skip else "Runnable",
            "result": "Skipped" if test.outcome is Outcome.PENDING else test.outcome.value,
        }
        if test.executed:
            attributes |= _times(in_utc(self._host, test.executed_at), test.duration)
        else:
            attributes |= {"site": "Parent"} if not test.skip else {}
        attributes |= {"seed": "0", "asserts": "1"}
        yield f"<test-case {_written(attributes)}>"
        tags = [] if test.case is not None else [("Category", one) for one in test.tags]
        yield from _properties([*_data(test.case), *tags])
        if test.outcome is Outcome.FAILED:
            for record in test.failures[:1]:
                yield from _failure(record)
        elif test.reason:
            yield f"  <reason><message>{_data_text(test.reason)}</message></reason>"
        if test.output:
            text = "\r\n".join(to_text(one) for one in test.output)
            yield f"  <output>{_data_text(text)}</output>"
        yield "</test-case>"


def _place(one: Block | Test) -> Any:
    """The place in the text that the cases of one Describe, Context or It share."""
    return one.script.compiled.ast if one.script is not None and one.case is not None else one


def _ran(block: Block) -> bool:
    return any(one.outcome is not Outcome.NOT_RUN for one in block.tests())


def _named(one: Block | Test) -> str:
    """A name, with the data when the name does not show them."""
    shown = one.expanded_name or one.name
    if one.case is None or shown != one.name or not one.case.variables:
        return shown
    texts = [
        "null" if value is None else f'"{value}"' if isinstance(value, str) else to_text(value)
        for _, value in one.case.variables
    ]
    return f"{shown}({','.join(texts)})"


def _data(case: Any) -> list[tuple[str, str]]:
    if case is None:
        return []
    return [(name, "null" if value is None else to_text(value)) for name, value in case.variables]


def _properties(pairs: list[tuple[str, str]]) -> Iterator[str]:
    if pairs:
        inside = "".join(
            f"<property name={attribute(name)} value={attribute(text)} />" for name, text in pairs
        )
        yield f"  <properties>{inside}</properties>"


def _failure(record: Any) -> Iterator[str]:
    *message, place = failure_lines(record, str)
    text = "\n".join(message)
    yield (
        f"  <failure><message>{_data_text(text)}</message>"
        f"<stack-trace>{_data_text(place)}</stack-trace></failure>"
    )


def _data_text(text: str) -> str:
    whole = text.translate(_CONTROLS).replace("]]>", "]]]]><![CDATA[>")
    return f"<![CDATA[{whole}]]>"


def _counts(tests: list[Test], broken: int) -> dict[str, str]:
    def count(*outcomes: Outcome) -> int:
        return sum(1 for one in tests if one.outcome in outcomes)

    return {
        "total": str(len(tests) - count(Outcome.NOT_RUN) + broken),
        "passed": str(count(Outcome.PASSED)),
        "failed": str(count(Outcome.FAILED) + broken),
        "inconclusive": str(count(Outcome.INCONCLUSIVE)),
        "skipped": str(count(*SKIPPED)),
    }


def _result(tests: list[Test], failed: bool) -> str:
    outcomes = {one.outcome for one in tests} - {Outcome.NOT_RUN}
    if failed or Outcome.FAILED in outcomes:
        return "Failed"
    if outcomes & set(SKIPPED):
        return "Skipped"
    return "Passed" if Outcome.PASSED in outcomes else "Inconclusive"


def in_utc(host: Host, moment: Any) -> datetime:
    """A local moment of the machine in UTC; the present one when a block never began."""
    if moment is None:
        return host.clock.now().replace(tzinfo=None)
    local: datetime = moment.to_python()
    return local - host.operating_system.utc_offset()


def _times(began: datetime, seconds: float) -> dict[str, str]:
    ended = began + timedelta(seconds=seconds)
    return {
        "start-time": f"{began:%Y-%m-%dT%H:%M:%SZ}",
        "end-time": f"{ended:%Y-%m-%dT%H:%M:%SZ}",
        "duration": f"{seconds:.4f}",
    }


def _written(attributes: dict[str, str]) -> str:
    return " ".join(f"{name}={attribute(value)}" for name, value in attributes.items())
