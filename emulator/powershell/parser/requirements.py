"""``#requires`` lines (about_Requires)."""

from __future__ import annotations

import re
from bisect import bisect_right

from emulator.powershell.parser.ast import (
    ArrayLiteralAst,
    CommandElementAst,
    CommandParameterAst,
    ConstantExpressionAst,
    ExpressionAst,
    HashtableAst,
    ModuleSpecification,
    PipelineAst,
    ScriptRequirements,
    StringConstantExpressionAst,
)
from emulator.powershell.parser.checks import pure_expression
from emulator.powershell.parser.commands import CommandRules
from emulator.powershell.parser.node import Ast

_REQUIRES = re.compile(r"(?:^|[\r\n])[ \t]*(#requires[^\r\n]*)", re.IGNORECASE)
_WILDCARD = re.compile(r"[*?\[\]]")
_VERSION = re.compile(r"\d+(?:\.\d+){0,3}")
MODULE_KEYS = {
    "modulename": "name",
    "moduleversion": "module_version",
    "requiredversion": "required_version",
    "maximumversion": "maximum_version",
    "guid": "guid",
}
_PARAMETERS = ("shellid", "pssnapin", "psedition", "version", "assembly", "modules", "runasadministrator")


class _Found:
    """What the lines ask for, while they are read."""

    def __init__(self) -> None:
        self.shell: str | None = None
        self.version: str | None = None
        self.editions: list[str] = []
        self.modules: list[ModuleSpecification] = []
        self.snapins: list[ModuleSpecification] = []
        self.assemblies: list[str] = []
        self.elevation = False


class RequirementRules(CommandRules):
    """Reads the ``#requires`` lines of a script."""

    def requirements(self) -> ScriptRequirements | None:
        """What the lines ask for; None when there are none."""
        if "#requires" not in self.text.lower():
            return None
        lines = self._requires_lines()
        if not lines:
            return None
        found = _Found()
        outer_end = self.end
        for start, end in lines:
            self.pos, self.end = start + 1, end
            self._requires_line(found)
        self.end = self.pos = outer_end
        return ScriptRequirements(
            found.shell,
            found.version,
            tuple(found.editions),
            tuple(found.modules),
            tuple(found.snapins),
            tuple(found.assemblies),
            found.elevation,
        )

    def _requires_lines(self) -> list[tuple[int, int]]:
        """The comments that are ``#requires`` lines: those at the start of a line and outside of strings."""
        blocks = _BlockComments(self.text)
        found = _REQUIRES.finditer(self.text)
        return [match.span(1) for match in found if not blocks.holds(match.start(1))]

    def _requires_line(self, found: _Found) -> None:
        command = self.command()
        if command is None:
            return
        if (command.get_command_name() or "").lower() != "requires":
            self.report("ScriptRequiresInvalidFormat", command)
        elements = list(command.command_elements[1:])
        is_snapin = any(
            isinstance(item, CommandParameterAst) and "pssnapin".startswith(item.parameter_name.lower())
            for item in elements
        )
        snapin: str | None = None
        snapin_version: str | None = None
        while elements:
            parameter = elements.pop(0)
            if not isinstance(parameter, CommandParameterAst):
                self.report("ScriptRequiresInvalidFormat", parameter)
                continue
            name = next(
                (item for item in _PARAMETERS if item.startswith(parameter.parameter_name.lower())), None
            )
            argument: CommandElementAst | None = parameter.argument
            if argument is None and elements:
                argument = elements.pop(0)
            if name == "runasadministrator":
                found.elevation = True
                if argument is not None:
                    self.report("ParameterCannotHaveArgument", parameter, parameter.parameter_name)
            elif argument is None:
                self.report("ParameterRequiresArgument", parameter, parameter.parameter_name)
            elif name is None:
                self.report("ScriptRequiresInvalidFormat", parameter)
            elif name == "version":
                version = self._version(argument)
                if is_snapin:
                    snapin_version = version
                else:
                    found.version = version or found.version
            elif name == "pssnapin":
                snapin = self._text(argument, name)
            else:
                self._add_items(name, argument, found)
        if snapin is not None:
            found.snapins.append(ModuleSpecification(snapin, snapin_version))

    def _add_items(self, name: str, argument: Ast, found: _Found) -> None:
        items = argument.elements if isinstance(argument, ArrayLiteralAst) else (argument,)
        for item in items:
            if name == "modules":
                module = self._module(item)
                if module is not None:
                    found.modules.append(module)
                continue
            text = self._text(item, name)
            if text is None:
                continue
            if name == "shellid":
                found.shell = text
            elif name == "assembly" and text not in found.assemblies:
                found.assemblies.append(text)
            elif name == "psedition":
                if text.lower() not in {"core", "desktop"}:
                    self.report("RequiresPSEditionInvalid", item, "psedition")
                found.editions.append(text)

    def _text(self, argument: Ast, name: str) -> str | None:
        if isinstance(argument, ConstantExpressionAst) and isinstance(argument.value, str):
            return argument.value
        is_constant = isinstance(argument, ConstantExpressionAst)
        error_id = "RequiresInvalidStringArgument" if is_constant else "RequiresArgumentMustBeConstant"
        self.report(error_id, argument, name if is_constant else None)
        return None

    def _version(self, argument: Ast) -> str | None:
        if not isinstance(argument, ConstantExpressionAst):
            self.report("RequiresArgumentMustBeConstant", argument)
            return None
        text = argument.value if isinstance(argument.value, str) else str(argument)
        if _VERSION.fullmatch(text) is None:
            self.report("RequiresVersionInvalid", argument)
            return None
        return text if "." in text else text + ".0"

    def check_module(self, item: ExpressionAst) -> None:
        """The module of ``using module``: its specification is complete, its name has no wildcards."""

        def check() -> None:
            module: ModuleSpecification | None
            if isinstance(item, StringConstantExpressionAst):
                module = ModuleSpecification(item.value)
            else:
                module = self._module(item)
            if module is not None and _WILDCARD.search(module.name) is not None:
                self.report("WildCardModuleNameError", item)

        self.checks.append(check)

    def _module(self, item: Ast) -> ModuleSpecification | None:
        if not isinstance(item, HashtableAst):
            name = self._text(item, "modules")
            return None if name is None else ModuleSpecification(name)
        values: dict[str, str] = {}
        for key, statement in item.key_value_pairs:
            expression = pure_expression(statement) if isinstance(statement, PipelineAst) else None
            field = MODULE_KEYS.get(_constant_text(key).lower())
            if field is None or expression is None:
                self.report("RequiresModuleInvalid", item, str(item))
                return None
            values[field] = _constant_text(expression)
        if "name" not in values:
            self.report("RequiresModuleInvalid", item, str(item))
            return None
        return ModuleSpecification(**values)


def _constant_text(node: ExpressionAst) -> str:
    if isinstance(node, ConstantExpressionAst) and isinstance(node.value, str):
        return node.value
    return str(node)


class _BlockComments:
    """Finds block comments and here-strings, whose text must not be taken for a line comment."""

    def __init__(self, text: str) -> None:
        spans = [found.span() for found in _WHOLE.finditer(text)]
        self._starts = [start for start, _ in spans]
        self._ends = [end for _, end in spans]

    def holds(self, offset: int) -> bool:
        """Whether the offset lies in one."""
        index = bisect_right(self._starts, offset) - 1
        return index >= 0 and offset < self._ends[index]


_WHOLE = re.compile(r"<#(?s:.*?)#>|@\"[ \t]*\r?\n(?s:.*?)\n\"@|@'[ \t]*\r?\n(?s:.*?)\n'@")
