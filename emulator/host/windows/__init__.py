"""Windows as every machine has it: services, processes, registry, event logs, features, counters."""
