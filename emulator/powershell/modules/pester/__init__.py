"""Pester: 3.4.0 as it comes with Windows, and the rules of 4 and 5 for `emulator.pester`.

The behaviour of its commands is Python: `run` executes blocks and tests, `operators` compares, `mocks` puts
itself before commands, `invoking` and `legacy` are Invoke-Pester. `state` knows the runs of a runspace.
"""
