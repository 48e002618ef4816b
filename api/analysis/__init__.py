"""What a client sees of its own requests: how many, how fast; in the browser, as a file, by e-mail."""
