"""The options of a request that are for the WMI provider.

A client writes MI's custom option X as ``wmi:X``, or as ``wmiarray:X`` once for each element of an array
(recorded from the CIM cmdlets for the options that these set themselves). Names that begin with two
underscores are those of the protocol's own machinery.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.wmi.operation_options import NO_OPTIONS, OperationOptions, SentOption

if TYPE_CHECKING:
    from emulator.wsman.envelope import Envelope

_ONE, _ARRAY = "wmi:", "wmiarray:"
_INTERNAL = "__"


def provider_options(envelope: Envelope) -> OperationOptions:
    """What a provider may want to read."""
    if not envelope.options:
        return NO_OPTIONS
    found = []
    for key, option in envelope.options.items():
        prefix = next((each for each in (_ONE, _ARRAY) if key.startswith(each)), None)
        if prefix is None:
            continue
        name = option.name[len(prefix) :]
        if name.startswith(_INTERNAL):
            continue
        value = SentOption(name, option.value, option.must_comply)
        if prefix == _ARRAY:
            value = SentOption(name, list(option.values), option.must_comply)
        found.append(value)
    return OperationOptions(tuple(found)) if found else NO_OPTIONS
