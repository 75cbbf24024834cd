"""For the tests of people who use the emulator: a pytest plugin, loaded by its entry point."""
