"""Hyper-V Replica."""
