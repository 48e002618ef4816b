"""Mailboxes that letters of requests come into, and the IMAP client that reads them."""
