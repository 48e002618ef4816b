"""Whisper's part of the recognisers: the network, the guards around it, phrases weighed against sound.

Loads numpy and CTranslate2: for worker processes alone.
"""
