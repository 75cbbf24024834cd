"""Remoting as a machine is set up for it: session configurations, their files, and PSRemoting itself."""
