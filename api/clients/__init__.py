"""Accounts of clients: companies (parents) and their people (children), outlets, addresses they are known by."""
