"""Letters with a link: an invitation, or the way to a new password."""
