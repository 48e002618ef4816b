"""What clients do themselves: their requests, their people, their own account."""
