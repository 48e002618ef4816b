"""The narrow port to the engine: commands to its control address."""
