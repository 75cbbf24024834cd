"""Moving virtual machines: migration, export, import."""
