"""How the ports of virtual machines are set at the start: VLAN, isolation, guards, bandwidth, rules."""

from typing import Annotated, Literal

from emulator.profile.section import Field, Rule, Section
from emulator.profile.values import Flag, Number, Speed

VlanId = Annotated[Number, Rule(ge=1, le=4094)]


class Vlan(Section):
    """The VLAN of a port; which fields count follows from its mode."""

    mode: Literal["access", "trunk", "isolated", "community", "promiscuous"] = Field(
        default="access",
        description="`access`: one VLAN; `trunk`: several; the others are kinds of private VLAN.",
    )
    vlan_id: VlanId | None = Field(
        default=None, description="The VLAN of an access port, the primary VLAN of a private one."
    )
    native: Annotated[Number, Rule(ge=0, le=4094)] = Field(
        default=0, description="The VLAN of untagged packets of a trunk."
    )
    allowed: tuple[VlanId, ...] = Field(
        default=(),
        max_length=4094,
        description="The VLANs of a trunk, or the secondary VLANs of a private port: one, or several of a "
        "promiscuous one.",
    )


class Isolation(Section):
    """How the traffic of tenants is kept apart."""

    mode: Literal["none", "native-virtual-subnet", "external-virtual-subnet", "vlan"] = Field(
        default="none", description="Kind of isolation."
    )
    isolation_id: Annotated[Number, Rule(ge=0, le=16_777_215)] = Field(
        default=0, description="Identifier of the packets that state none."
    )
    untagged: Flag = Field(default=False, description="Untagged packets are let through.")


class Bandwidth(Section):
    """Limits of a port's bandwidth."""

    maximum: Speed | None = Field(default=None, description="At most; left out: no limit.")
    minimum: Speed | None = Field(
        default=None, description="Reserved; for switches with `bandwidth_mode: absolute`."
    )
    weight: Annotated[Number, Rule(ge=0, le=100)] = Field(
        default=0, description="Share; for switches with `bandwidth_mode: weight`."
    )


class AccessRule(Section):
    """A rule by address."""

    action: Literal["allow", "deny", "meter"] = Field(description="What becomes of the packets.")
    direction: Literal["inbound", "outbound"] = Field(description="Seen from the machine.")
    remote: str = Field(
        default="any",
        min_length=1,
        max_length=64,
        description="Remote address with its prefix, `any` for all.",
        examples=["198.51.100.0/24"],
    )
