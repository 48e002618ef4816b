"""Campaigns: configured, started and stopped, watched."""
