"""MSFT_ServerManagerDeploymentTasks: what Install-WindowsFeature of another machine calls.

A request has a GUID that the client made. Installing takes no time on the clock, so a request is over when it
is answered; its state can be asked for again by its GUID.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from emulator.cim.instance import ValueInstance
from emulator.host.errors import HostError, RequirementNotMet
from emulator.host.windows.server_features import ServerFeature, install, server_features, uninstall
from emulator.wmi.view import View, wmi_method

if TYPE_CHECKING:
    from emulator.cim.types import CimValue
    from emulator.host import Host
    from emulator.wmi.method import Arguments, MethodResult
    from emulator.wmi.namespace import Namespace

_COMPLETED, _FAILED = 1, 2
_INVALID_ARGUMENT, _INVALID_OPERATION, _NOT_IMPLEMENTED = 5, 7, 11
_TICKS = 100
#: FeatureType of MSFT_ServerManagerServerComponent.
FEATURE_TYPES = {"Role": 0, "Feature": 2}
_CONFIGURED, _NOT_CONFIGURED = 2, 1
#: Requests that are remembered, the oldest forgotten first.
MAXIMUM_REQUESTS = 256


class DeploymentTasks(View[None]):
    """Static methods only; the class has no instances."""

    class_name = "MSFT_ServerManagerDeploymentTasks"

    def __init__(self, namespace: Namespace) -> None:
        super().__init__(namespace)
        self._requests: OrderedDict[tuple[int, int], dict[str, Any]] = OrderedDict()
        self._reset_count = self.host.reset_count

    @wmi_method
    def GetServerComponentsAsync(self, _item: None, arguments: Arguments) -> MethodResult:
        """Every component that is known here, with its state."""
        state = self._finish(arguments, {"RequestState": _COMPLETED, "RestartRequired": self._restart_due})
        return arguments.result(0, EnumerationState=state, ServerComponents=self._components())

    @wmi_method
    def AddServerComponentAsync(self, _item: None, arguments: Arguments) -> MethodResult:
        """Install with Server Manager's checks; what is refused is in the state's Error."""
        return self._alter(arguments, install)

    @wmi_method
    def RemoveServerComponentAsync(self, _item: None, arguments: Arguments) -> MethodResult:
        """Remove the role or its tools."""
        return self._alter(arguments, uninstall)

    @wmi_method
    def GetAlterationRequestState(self, _item: None, arguments: Arguments) -> MethodResult:
        """How an installation or removal ended."""
        return arguments.result(
            0, AlterationState=self._known(arguments), ServerComponents=self._components()
        )

    @wmi_method
    def GetEnumerationRequestState(self, _item: None, arguments: Arguments) -> MethodResult:
        """How an enumeration ended, with what it found."""
        return arguments.result(
            0, EnumerationState=self._known(arguments), ServerComponents=self._components()
        )

    def _alter(
        self, arguments: Arguments, change: Callable[[Host, Sequence[ServerFeature]], object]
    ) -> MethodResult:
        wanted = {each.declaration.name for each in arguments.embedded_list("ServerComponentDescriptors")}
        known = {each.descriptor: each for each in server_features(self.host)}
        unknown = sorted(wanted - known.keys())
        if not wanted:
            values = _error(_INVALID_ARGUMENT, "NoServerComponents", "No server component was named.")
        elif unknown:
            for name in unknown:
                self.namespace.service.record_gap(self.namespace.name, name)
            text = f"These server components are not emulated: {', '.join(unknown)[:500]}."
            values = _error(_NOT_IMPLEMENTED, "UnknownServerComponent", text)
        else:
            try:
                change(self.host, [known[name] for name in sorted(wanted)])
                values = {"RequestState": _COMPLETED}
            except RequirementNotMet as refused:
                text = "A prerequisite check for the Hyper-V feature failed.\n" + "\n".join(refused.reasons)
                values = _error(_INVALID_OPERATION, "Alteration_PrerequisiteCheck_Failed", text)
            except HostError as refused:
                values = _error(_INVALID_OPERATION, "Alteration_Failed", refused.text)
        values["RestartRequired"] = self._restart_due
        return arguments.result(0, AlterationState=self._finish(arguments, values))

    @property
    def _restart_due(self) -> bool:
        return self.host.role.pending is not None

    def _finish(self, arguments: Arguments, values: dict[str, Any]) -> ValueInstance:
        self._forget_after_reset()
        self._requests[_identifier(arguments)] = values
        while len(self._requests) > MAXIMUM_REQUESTS:
            self._requests.popitem(last=False)
        return self._state(values)

    def _known(self, arguments: Arguments) -> ValueInstance:
        self._forget_after_reset()
        values = self._requests.get(_identifier(arguments))
        if values is None:
            values = _error(_INVALID_ARGUMENT, "UnknownRequest", "There is no request of this GUID.")
        return self._state(values)

    def _forget_after_reset(self) -> None:
        if self._reset_count != self.host.reset_count:
            self._requests.clear()
            self._reset_count = self.host.reset_count

    def _state(self, values: dict[str, Any]) -> ValueInstance:
        given: dict[str, CimValue] = {
            "ProgressTicks": _TICKS,
            "TotalTicks": _TICKS,
            "RestartRequired": False,
            **values,
        }
        error = values.get("Error")
        given["Error"] = None if error is None else self._make("MSFT_ServerManagerDeploymentError", error)
        return self._make("MSFT_ServerManagerRequestState", given)

    def _components(self) -> list[ValueInstance]:
        return [
            self._make(
                "MSFT_ServerManagerServerComponent",
                {
                    "ConfigurationStatus": _CONFIGURED if each.installed else _NOT_CONFIGURED,
                    "Descriptor": self._make(each.descriptor, {}),
                    "Description": each.title,
                    "DisplayName": each.title,
                    "FeatureType": FEATURE_TYPES[each.kind],
                    "Installed": int(each.state),
                    "InstallWithParentByDefault": False,
                    "NumericId": each.number,
                    "ParentName": each.parent or "",
                    "SubFeatures": list(each.sub_features),
                    "UniqueName": each.name,
                },
            )
            for each in server_features(self.host)
        ]

    def _make(self, class_name: str, values: dict[str, Any]) -> ValueInstance:
        schema = self.namespace.schema
        if class_name not in schema:
            class_name = "MSFT_ServerManagerServerComponentDescriptor"
        return ValueInstance(schema.find(class_name), values, self.namespace.name, self.namespace.server)


def _identifier(arguments: Arguments) -> tuple[int, int]:
    given = arguments.embedded("RequestGuid")
    if given is None:
        return 0, 0
    high, low = given.value("HighHalf"), given.value("LowHalf")
    return high if isinstance(high, int) else 0, low if isinstance(low, int) else 0


def _error(category: int, identifier: str, text: str) -> dict[str, Any]:
    error = {"ErrorCategory": category, "ErrorId": identifier, "ErrorMessage": text}
    return {"RequestState": _FAILED, "Error": error}
