"""Asking clients how they were served: after a request was closed, and now and then; scores over time."""
