"""Open sessions: one's own, and for administrators everybody's."""
