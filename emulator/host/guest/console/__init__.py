"""The console of a virtual machine: keyboard, mouse, and the picture on its screen."""
