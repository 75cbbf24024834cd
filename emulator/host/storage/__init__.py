"""Virtual disks and disks, volumes and files."""
