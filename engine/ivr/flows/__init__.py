"""What happens to a caller outside of menus: phones ring, messages are left, feature codes are obeyed."""
