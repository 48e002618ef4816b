"""Directories of the customer whose users may sign in: OIDC providers and LDAP."""
