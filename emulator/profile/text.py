"""A profile written out as YAML, with everything that it inherited and every default."""

from __future__ import annotations

import datetime
from typing import Any

import yaml

from emulator.profile.model import Profile
from emulator.profile.section import Section


class _Dumper(yaml.SafeDumper):
    """Plain YAML without anchors."""

    def ignore_aliases(self, _data: object) -> bool:
        return True


def as_yaml(profile: Profile) -> str:
    """YAML text from which `loads` makes an equal profile. Sizes are in bytes."""
    return yaml.dump(
        _plain(profile),
        Dumper=_Dumper,
        sort_keys=False,
        allow_unicode=True,
        width=110,
    )


def _plain(value: Any) -> Any:
    """Mappings, lists and texts, as a person would write them; without the fields that are None."""
    if isinstance(value, Section):
        fields = ((name, getattr(value, name)) for name in value.section_fields)
        return {name: _plain(field) for name, field in fields if field is not None}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, datetime.date):
        return value.isoformat().replace("+00:00", "Z")
    return value
