"""A small SIP phone: dial, answer, press, speak, listen, record. ``tools/phone`` is its command line.

Signalling is aiosipua's, RTP and G.711 are aiortp's; what they leave to their user is here: retransmission over UDP,
one clock for all calls of a process, RFC 4733 digits paced in real time, and what a test wants to know about a call.
"""

from tools.softphone.call import CallEnded, CallFailed, PhoneCall
from tools.softphone.phone import Phone, RegistrationFailed

__all__ = ["CallEnded", "CallFailed", "Phone", "PhoneCall", "RegistrationFailed"]
