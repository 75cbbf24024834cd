"""Win32_Environment: the environment variables of the system and of its users."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING, Any

from emulator.cim.errors import IllegalNull
from emulator.wmi.changes import Rule, text, text_of
from emulator.wmi.cimv2.base import Win32View

if TYPE_CHECKING:
    from emulator.cim.instance import ValueInstance
    from emulator.host.windows.environment_variables import EnvironmentVariable
    from emulator.wmi.keys import Keys


class Environment(Win32View["EnvironmentVariable"]):
    """A variable as the registry keeps it, with its references to others unexpanded."""

    class_name = "Win32_Environment"
    index = ("Name", "UserName")
    constants = {"Status": "OK"}
    writable = {"VariableValue": Rule("", "value", text)}

    def objects(self) -> Iterable[EnvironmentVariable]:
        return self.host.environment_variables

    def by_key(self, keys: Keys) -> EnvironmentVariable | None:
        return self.host.environment_variables.find(keys.text("UserName"), keys.text("Name"))

    def object_id(self, item: EnvironmentVariable) -> Hashable:
        return (item.user, item.name)

    def write(self, item: EnvironmentVariable, settings: dict[str, Any]) -> None:
        item.set_value(settings["value"])

    def create(self, values: ValueInstance) -> EnvironmentVariable:
        for name in ("Name", "UserName", "VariableValue"):
            if values.value(name) is None:
                raise IllegalNull(f"Win32_Environment.{name}")
        return self.host.environment_variables.create(
            text_of(values, "UserName"), text_of(values, "Name"), text_of(values, "VariableValue")
        )

    def delete(self, item: EnvironmentVariable) -> None:
        item.delete()

    def Name(self, variable: EnvironmentVariable) -> str:
        return variable.name

    def UserName(self, variable: EnvironmentVariable) -> str:
        return variable.user

    def VariableValue(self, variable: EnvironmentVariable) -> str:
        return variable.value

    def SystemVariable(self, variable: EnvironmentVariable) -> bool:
        return variable.is_system

    def Caption(self, variable: EnvironmentVariable) -> str:
        return f"{variable.user}\\{variable.name}"

    def Description(self, variable: EnvironmentVariable) -> str:
        return f"{variable.user}\\{variable.name}"
