"""Configuration of the PBX: numbers, trunks, extensions, groups, schedules, menus, blacklist, speed dials, boxes."""
