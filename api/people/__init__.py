"""Partners, groups of employees, skills."""
