"""Commands as Get-Command shows them and as a pipeline starts them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.powershell.runtime.metadata import CommandMetadata

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine
    from emulator.powershell.runtime.module import Module
    from emulator.powershell.runtime.script_block import ScriptBlock


class CommandInfo:
    """System.Management.Automation.CommandInfo. ``kind`` is the CommandType."""

    __slots__ = ("module_name", "name")

    kind = "Cmdlet"

    def __init__(self, name: str, module_name: str = "") -> None:
        self.name = name
        self.module_name = module_name

    def metadata(self, engine: Engine) -> CommandMetadata | None:
        """The parameters, when the command has any that are known."""
        raise NotImplementedError

    def definition(self, _engine: Engine) -> str:
        """What Get-Command shows as the definition."""
        return self.name

    def __str__(self) -> str:
        return self.name


class CmdletInfo(CommandInfo):
    """A cmdlet of a module."""

    __slots__ = ("class_name", "module")

    kind = "Cmdlet"

    def __init__(self, name: str, module: Module) -> None:
        super().__init__(name, module.name)
        self.module = module
        self.class_name = module.implementing_class(name)

    def metadata(self, engine: Engine) -> CommandMetadata | None:
        """The shape from the module's table in the release of the session."""
        return self.module.cmdlet_metadata(self.name, engine.release)


class FunctionInfo(CommandInfo):
    """A function or filter."""

    __slots__ = ("script",)

    def __init__(self, name: str, script: ScriptBlock, module_name: str = "") -> None:
        super().__init__(name, module_name)
        self.script = script

    @property
    def kind(self) -> str:  # type: ignore[override]
        """Function or Filter."""
        return "Filter" if self.script.is_filter else "Function"

    def metadata(self, engine: Engine) -> CommandMetadata | None:
        """The parameters of the param block."""
        return self.script.metadata(engine)

    def definition(self, _engine: Engine) -> str:
        """The text between the braces."""
        return self.script.text


class AliasInfo(CommandInfo):
    """An alias of another command."""

    __slots__ = ("description", "options", "target")

    kind = "Alias"

    def __init__(self, name: str, target: str, module_name: str = "") -> None:
        super().__init__(name, module_name)
        self.target = target
        self.options = "None"
        self.description = ""

    def metadata(self, engine: Engine) -> CommandMetadata | None:
        """The parameters of what the alias leads to."""
        found = engine.commands.find(self.target)
        return found.metadata(engine) if found is not None else None

    def definition(self, _engine: Engine) -> str:
        """The name of the command the alias stands for."""
        return self.target


class ApplicationInfo(CommandInfo):
    """A program of the machine. ``path`` is its full path."""

    __slots__ = ("path",)

    kind = "Application"

    def __init__(self, name: str, path: str) -> None:
        super().__init__(name)
        self.path = path

    def metadata(self, _engine: Engine) -> CommandMetadata | None:
        """Programs declare no parameters."""
        return None

    def definition(self, _engine: Engine) -> str:
        """The full path."""
        return self.path


class ExternalScriptInfo(CommandInfo):
    """A script file. ``path`` is its full path."""

    __slots__ = ("path", "script")

    kind = "ExternalScript"

    def __init__(self, name: str, path: str, script: ScriptBlock) -> None:
        super().__init__(name)
        self.path = path
        self.script = script

    def metadata(self, engine: Engine) -> CommandMetadata | None:
        """The parameters of the script's param block."""
        return self.script.metadata(engine)

    def definition(self, _engine: Engine) -> str:
        """The full path."""
        return self.path


class ScriptInfo(CommandInfo):
    """A script block run as a command; its name is empty."""

    __slots__ = ("script",)

    kind = "Script"

    def __init__(self, script: ScriptBlock) -> None:
        super().__init__("")
        self.script = script

    def metadata(self, engine: Engine) -> CommandMetadata | None:
        """The parameters of the param block."""
        return self.script.metadata(engine)

    def definition(self, _engine: Engine) -> str:
        """The text of the block."""
        return self.script.text


Command = CmdletInfo | FunctionInfo | AliasInfo | ApplicationInfo | ExternalScriptInfo | ScriptInfo
