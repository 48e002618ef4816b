"""The directory of contacts, favourites, and who a caller is."""
