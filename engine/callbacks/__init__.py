"""Call-backs: wishes to be called back wait in the line of their queue and are tried by rule until somebody talked."""
