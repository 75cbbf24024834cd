"""What a virtual switch may hand to hardware or do in one go: queues of ports without own ones,
coalescing of segments (Msvm_EthernetSwitchHardwareOffloadSettingData, from 2016 on).

The emulated hardware takes nothing.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from emulator.host.checks import check_flag, check_number


class SwitchOffload(NamedTuple):
    """The settings with Windows' defaults. Scheduling modes: 0 dynamic, 1 static VMQ, 2 static vRSS."""

    default_queue_vmmq_enabled: bool = False
    default_queue_vmmq_queue_pairs: int = 16
    default_queue_vrss_enabled: bool = True
    default_queue_vrss_exclude_primary_processor: bool = False
    default_queue_vrss_independent_host_spreading: bool = False
    default_queue_vrss_minimum_queue_pairs: int = 1
    default_queue_vrss_scheduling_mode: int = 2
    rsc_offload_enabled: bool = False
    software_rsc_enabled: bool = True

    def changed(self, wanted: Mapping[str, Any]) -> "SwitchOffload":
        """The same with other values. Raises InvalidParameter."""
        checked: dict[str, Any] = {
            name: check_number(name, value, *_LIMITS[name]) if name in _LIMITS else check_flag(name, value)
            for name, value in wanted.items()
        }
        return self._replace(**checked)


_LIMITS = {
    "default_queue_vmmq_queue_pairs": (1, 0xFFFFFFFF),
    "default_queue_vrss_minimum_queue_pairs": (1, 0xFFFFFFFF),
    "default_queue_vrss_scheduling_mode": (0, 2),
}
DEFAULTS = SwitchOffload()
