"""tools/dialplan: check, preview, activate, roll back and list dialplan templates; trace a call."""
