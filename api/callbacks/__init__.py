"""Call-backs: ordered by people, systems and web forms; listed, changed, ended."""
