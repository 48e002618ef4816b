"""What callers answered to the open questions of menus."""
