"""Users, roles and the catalogue of rights."""
