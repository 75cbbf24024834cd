"""What runs in a virtual machine, and what host and guest do together."""
