"""All roles and features of a server as Get-WindowsFeature lists them: Hyper-V's own among the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from emulator.host.windows import server_features as hyper_v
from emulator.host.windows.feature_catalog import ROLE_PLACE, TOOLS_PLACE, CatalogRow
from emulator.host.windows.server_features import ExitCode, InstallState, Operation, ServerFeature

if TYPE_CHECKING:
    from emulator.host.host import Host


@dataclass(frozen=True, eq=False)
class OtherFeature(ServerFeature):
    """A role or feature beside Hyper-V."""

    row: CatalogRow

    @property
    def title(self) -> str:
        """The name for people."""
        return self.row.title

    @property
    def description(self) -> str:
        """What it is for: nothing but its name is known."""
        return self.row.title

    @property
    def is_role(self) -> bool:
        """No role that the host has rules for."""
        return False

    @property
    def kind(self) -> str:
        """FeatureType."""
        return self.row.kind

    @property
    def state(self) -> InstallState:
        """How far it is installed."""
        others = self.host.other_features
        present = others.is_present(self.row)
        if others.is_waiting(self.row):
            return InstallState.UNINSTALL_PENDING if present else InstallState.INSTALL_PENDING
        if present:
            return InstallState.INSTALLED
        return InstallState.REMOVED if self.row.lacks_files else InstallState.AVAILABLE


def windows_features(host: "Host") -> list[ServerFeature]:
    """The list of the release, in Server Manager's order."""
    own, found = hyper_v.server_features(host), []
    rows = host.other_features.rows
    if not rows:
        return own
    for row in rows:
        if row.name == ROLE_PLACE:
            found += [one for one in own if one.is_role]
        elif row.name == TOOLS_PLACE:
            found += [one for one in own if not one.is_role]
        else:
            found.append(_of(host, row))
    return found


def _of(host: "Host", row: CatalogRow) -> OtherFeature:
    return OtherFeature(host, row.name, row.depth, row.path, row.parent, row.sub_features, row)


def find_feature(host: "Host", name: str) -> ServerFeature | None:
    """The feature of a name, without regard to case."""
    row = host.other_features.row(name)
    return hyper_v.find_feature(host, name) if row is None else _of(host, row)


def install(
    host: "Host",
    features: Sequence[ServerFeature],
    *,
    with_tools: bool = False,
    with_sub_features: bool = False,
    sources: Sequence[str] = (),
) -> Operation:
    """Install features with what they need; files that the machine lacks come from a source that is there.
    Raises RequirementNotMet, SourceMissing and then changes nothing."""
    with host.looking():
        others, rows = host.other_features, {}
        for one in features:
            if isinstance(one, OtherFeature):
                wanted = others.wanted(one.name, with_tools=with_tools, with_sub_features=with_sub_features)
                rows.update({row.name: row for row in wanted})
        if not any(host.filesystem.is_directory(one) for one in sources):
            others.require_files(rows.values())
        own = [one for one in features if not isinstance(one, OtherFeature)]
        done = (
            hyper_v.install(host, own, with_tools=with_tools, with_sub_features=with_sub_features)
            if own
            else None
        )
        return _together(host, done, others.change(rows.values(), installed=True))


def uninstall(host: "Host", features: Sequence[ServerFeature], *, with_tools: bool = False) -> Operation:
    """Remove features with all that lies in them."""
    with host.looking():
        others = host.other_features
        rows = {
            row.name: row
            for one in features
            if isinstance(one, OtherFeature)
            for row in others.below(one.name)
        }
        own = [one for one in features if not isinstance(one, OtherFeature)]
        done = hyper_v.uninstall(host, own, with_tools=with_tools) if own else None
        return _together(host, done, others.change(rows.values(), installed=False))


def _together(host: "Host", done: Operation | None, rows: Sequence[CatalogRow]) -> Operation:
    changed = (*(done.changed if done is not None else ()), *(_of(host, row) for row in rows))
    restart = done is not None and done.restart_needed
    if restart or any(host.other_features.is_waiting(row) for row in rows):
        return Operation(ExitCode.RESTART_REQUIRED, changed)
    return Operation(ExitCode.SUCCESS if changed else ExitCode.NO_CHANGE_NEEDED, changed)
