"""People on the phone for tests: speech of known words in Russian and English, as it sounds through a phone line."""

from tools.speakers.speech import SPEAKERS, NoSpeaker, present, speak

__all__ = ["SPEAKERS", "NoSpeaker", "present", "speak"]
