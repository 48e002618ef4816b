"""Conversations: who takes part, who hears what, and what happens when somebody comes or goes."""
