"""Virtual fibre channel: ports of the host and their switches, virtual SANs, adapters of machines."""
