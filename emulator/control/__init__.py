"""The control API: a small Flask application for people and tests, beside the WinRM door.

It listens on its own loopback port and asks for no password. Everything that it changes goes through the
same host operations as a client's request.
"""
