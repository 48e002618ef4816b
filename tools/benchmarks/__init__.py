"""Benchmarks: each measures two arms in turn on one machine, and its figure is their ratio (``tools/bench``)."""
