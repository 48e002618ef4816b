"""RHVoice by its C library (RHVoice.h, 1.8 and newer): speaks in pieces, while it goes on computing.

Loaded in processes of voices and in tools alone: a library that crashes takes its process with it.
"""

import ctypes
from collections.abc import Callable
from pathlib import Path

LIBRARIES = ("libsonic.so.0", "libRHVoice_core.so.*", "libRHVoice.so.*")
_SET_RATE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int, ctypes.c_void_p)
_PLAY = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_uint, ctypes.c_void_p)


class _Callbacks(ctypes.Structure):
    _fields_ = [
        ("set_sample_rate", _SET_RATE),
        ("play_speech", _PLAY),
        *((f"unused{number}", ctypes.c_void_p) for number in range(7)),
    ]


class _Init(ctypes.Structure):
    _fields_ = [
        ("data_path", ctypes.c_char_p),
        ("config_path", ctypes.c_char_p),
        ("resource_paths", ctypes.c_void_p),
        ("callbacks", _Callbacks),
        ("options", ctypes.c_uint),
    ]


class _Manner(ctypes.Structure):
    _fields_ = [
        ("voice_profile", ctypes.c_char_p),
        *((f"absolute_{name}", ctypes.c_double) for name in ("rate", "pitch", "volume")),
        *((f"relative_{name}", ctypes.c_double) for name in ("rate", "pitch", "volume")),
        ("punctuation_mode", ctypes.c_int),
        ("punctuation_list", ctypes.c_char_p),
        ("capitals_mode", ctypes.c_int),
        ("flags", ctypes.c_int),
    ]


Tell = Callable[[bytes, int], bool]
"""(signed 16-bit samples, their rate) -> whether to go on."""


class RhVoice:
    """One engine with all its voices; not for several threads at once."""

    def __init__(self, prefix: Path) -> None:
        """``prefix``: ``/`` or the folder of a private copy.

        Raises:
            OSError: the library is not there, does not fit this machine, or finds no voices.
        """
        library = self._load(prefix)
        library.RHVoice_get_version.restype = ctypes.c_char_p
        library.RHVoice_new_tts_engine.restype = ctypes.c_void_p
        library.RHVoice_new_message.restype = ctypes.c_void_p
        self._library = library
        self.version = library.RHVoice_get_version().decode()
        self._tell: Tell = lambda pcm, rate: False
        self._rate = 0
        self._callbacks = _Callbacks(_SET_RATE(self._on_rate), _PLAY(self._on_speech))
        paths = [str(prefix / part).encode() for part in ("usr/share/RHVoice", "etc/RHVoice")]
        self._init = _Init(paths[0], paths[1], None, self._callbacks, 0)
        self._engine = ctypes.c_void_p(library.RHVoice_new_tts_engine(ctypes.byref(self._init)))
        if not self._engine:
            raise OSError(f"RHVoice finds no voices in {prefix}/usr/share/RHVoice")

    @staticmethod
    def _load(prefix: Path) -> ctypes.CDLL:
        library = None
        for name in LIBRARIES:
            found = sorted([*prefix.glob(f"usr/lib/*/{name}"), *prefix.glob(f"usr/lib/{name}")])
            if found:
                library = ctypes.CDLL(str(found[0]), mode=ctypes.RTLD_GLOBAL)
        if library is None:
            raise OSError(f"no RHVoice library in {prefix}")
        return library

    def speak(self, text: str, voice: str, tell: Tell, speed: float = 1.0) -> None:
        """Speak; ``tell`` gets the sound in pieces while it is made. ``speed``: 1 is the voice's own.

        Raises:
            OSError: the engine can't speak it.
        """
        self._tell = tell
        manner = _Manner(voice.encode(), 0, 0, 0, speed, 1, 1, 0, None, 0, 0)
        data = text.encode()
        message = ctypes.c_void_p(
            self._library.RHVoice_new_message(self._engine, data, len(data), 0, ctypes.byref(manner), None)
        )
        if not message:
            raise OSError(f"RHVoice does not take the text for voice {voice}")
        try:
            self._library.RHVoice_speak(message)
        finally:
            self._library.RHVoice_delete_message(message)
            self._tell = lambda pcm, rate: False

    def _on_rate(self, rate: int, _data: object) -> int:
        self._rate = rate
        return 1

    def _on_speech(self, samples: object, count: int, _data: object) -> int:
        return int(self._tell(ctypes.string_at(samples, 2 * count), self._rate))  # type: ignore[arg-type]
