"""Is this process alive, can it serve, how does it do."""
