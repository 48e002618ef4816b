"""Versions of the dialplan templates: checked, compared, activated, rolled back; and the dry run of a call."""
