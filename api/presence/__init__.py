"""Operators: what they do, their breaks, shifts and working time."""
