"""Reports on support: what came to whom, what was solved there, how fast, which promises were kept."""
