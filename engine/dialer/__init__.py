"""The dialler: campaigns that call people, from the lead to the result."""
