"""Rules of menus: pure, used by the check before saving, by the flow and by the dry run."""
