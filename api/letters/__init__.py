"""What stands in a letter: texts, files, who it is from and what it answers. Pure."""
