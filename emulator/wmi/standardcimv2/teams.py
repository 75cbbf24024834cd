"""Teams of network adapters (LBFO): there are none. New-NetLbfoTeam names the members of a team as options of
the operation, which no door of the emulator carries; teams are made inside virtual switches."""

from __future__ import annotations

from emulator.wmi.standardcimv2.base import ShownView


class LbfoTeam(ShownView[None]):
    """A team."""

    class_name = "MSFT_NetLbfoTeam"


class LbfoTeamMember(ShownView[None]):
    """A member of a team."""

    class_name = "MSFT_NetLbfoTeamMember"


class LbfoTeamNic(ShownView[None]):
    """An interface of a team."""

    class_name = "MSFT_NetLbfoTeamNic"


VIEWS = (LbfoTeam, LbfoTeamMember, LbfoTeamNic)
