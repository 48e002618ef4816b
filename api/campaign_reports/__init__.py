"""Reports on campaigns, and on whether they keep to the rules, counted from attempts alone."""
