"""Campaigns that run on this node: their operators, their dials, what the clock does with them."""
