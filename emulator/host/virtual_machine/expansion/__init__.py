"""Special devices: fibre channel, graphics processors, assigned devices, flexible I/O.

``host.expansion`` is what the hardware gives, ``vm.expansion`` what a machine has of it. Both are made when
somebody first looks at them: most hosts and machines have none of it.
"""
