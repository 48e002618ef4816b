"""Prompts: uploaded in any common format, or recorded by phone."""
