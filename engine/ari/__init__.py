"""The Asterisk REST interface: the only code that speaks ARI."""
