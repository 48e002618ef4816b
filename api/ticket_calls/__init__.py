"""Requests from calls: one click of an operator, missed calls by rule, and the port for chats."""
