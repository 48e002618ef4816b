"""Engines that turn speech into text, behind one port."""
