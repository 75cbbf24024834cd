"""Native functions that need nothing but the process itself, a file a library."""
