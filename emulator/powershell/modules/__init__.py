"""Cmdlets, one package a PowerShell module."""
