"""What the desk is set up with: categories, lines, affected resources, ready answers and how these are filled in."""
