"""A virtual machine: its settings, devices, states and files."""
