"""Virtual switches and their ports, adapters, and the network configuration of Windows."""
