"""The file systems of volumes, and what each of them has and lacks.

Sources: "Resilient File System (ReFS) overview" with its comparison of features, "Extend a basic volume",
"Shrink a basic volume" and MSFT_Volume of the Windows documentation; cluster sizes of Format-Volume.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSystem:
    """``number`` is MSFT_Volume.FileSystemType; sizes are in bytes, lengths in characters."""

    name: str
    number: int
    cluster_sizes: tuple[int, ...]
    longest_label: int
    mbr_type: int
    longest_name: int = 255
    #: Files in it can be compressed and the space of users be bounded.
    has_compression: bool = False
    has_quotas: bool = False
    #: Volumes can be mounted in its folders.
    has_mount_points: bool = False
    can_grow: bool = False
    can_shrink: bool = False
    largest: int | None = None

    def __str__(self) -> str:
        return self.name


NTFS = FileSystem(
    name="NTFS",
    number=14,
    cluster_sizes=tuple(512 << power for power in range(8)),
    longest_label=32,
    mbr_type=7,
    has_compression=True,
    has_quotas=True,
    has_mount_points=True,
    can_grow=True,
    can_shrink=True,
)
REFS = FileSystem(
    name="ReFS",
    number=15,
    cluster_sizes=(4096, 65536),
    longest_label=32,
    mbr_type=7,
    has_mount_points=True,
    can_grow=True,
)
FAT32 = FileSystem(
    name="FAT32",
    number=6,
    cluster_sizes=tuple(512 << power for power in range(8)),
    longest_label=11,
    mbr_type=12,
    largest=32 << 30,
)
EXFAT = FileSystem(
    name="exFAT",
    number=28,
    cluster_sizes=tuple(512 << power for power in range(17)),
    longest_label=11,
    mbr_type=7,
)
#: Of discs, which nobody formats here.
CDFS = FileSystem(
    name="CDFS", number=0, cluster_sizes=(2048,), longest_label=32, mbr_type=0, longest_name=110
)
#: What a partition can be formatted with, by names without case.
FORMATS = {each.name.casefold(): each for each in (NTFS, REFS, FAT32, EXFAT)}
