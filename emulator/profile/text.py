"""A profile written out as YAML, with everything that it inherited and every default."""

from __future__ import annotations

import yaml

from emulator.profile.model import Profile


class _Dumper(yaml.SafeDumper):
    """Plain YAML without anchors."""

    def ignore_aliases(self, _data: object) -> bool:
        return True


def as_yaml(profile: Profile) -> str:
    """YAML text from which `loads` makes an equal profile. Sizes are in bytes."""
    return yaml.dump(
        profile.model_dump(mode="json", exclude_none=True),
        Dumper=_Dumper,
        sort_keys=False,
        allow_unicode=True,
        width=110,
    )
