"""Missed calls: who was not answered, who calls back, and word of it by e-mail."""
