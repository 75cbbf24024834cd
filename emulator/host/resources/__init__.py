"""Resource pools, metering, and who holds what of the machine."""
