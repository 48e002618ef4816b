"""Attempts of campaigns: looked at, pulled as results, and what operators say of them."""
