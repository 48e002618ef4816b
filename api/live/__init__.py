"""The live feed: changes as they happen, over a WebSocket, with resume by cursor after a gap."""
