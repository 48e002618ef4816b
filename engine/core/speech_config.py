"""Settings of speech: what hears, what speaks, what becomes text."""

import msgspec


class SpeechSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Part of ``Settings``; durations in seconds."""

    speech_engines: str = "vosk,whisper,pocketsphinx"
    """Engines that turn speech into text, in the order in which they are tried; one that is not named is not used."""
    speech_threads: int = 0
    """Processor threads of a loaded model; 0: as the engine likes, at most the machine's."""
    speech_modest: bool = True
    """What hears and speaks gives way to calls by a lower priority; false where it has processor cores of its own."""
    speech_workers: int = 0
    """Processes that hear live calls; each has models of its own in memory. 0: one for four processor cores."""
    speech_streams_max: int = 0
    """Streams that this node hears at once; a side of a call is one. 0: as many as it is measured to manage."""
    speech_reserve: float = 0.25
    """Share of these streams that is kept for callers in menus; live transcripts do without."""
    speech_target_load: float = 0.6
    """Share of all processor cores that hearing may take."""
    speech_activity: float = 0.6
    """Share of the time that one side of a call is taken to speak, when streams are counted."""
    speech_stream_cost: float = 0.3
    """Processor cores that a stream is taken to need while it speaks, until that has been measured."""
    speech_buffer_s: float = 12.0
    """Audio of a stream that may wait for its recogniser; past it the oldest is dropped and counted."""
    speech_worker_silence_s: float = 10.0
    """Without a sign of life for so long a worker is killed and replaced."""
    speech_worker_stuck_s: float = 60.0
    """The same for one whose recogniser is at one piece of audio for so long."""
    speech_worker_growth_mb: int = 600
    """Growth, after its models were loaded, past which a worker is replaced as soon as its streams have ended."""
    speech_worker_memory_mb: int = 6000
    """Memory past which a worker is killed at once."""
    speech_task_threads: int = 4
    """Tasks that are done at once; some more than speech_batch_jobs, so that short ones don't wait for recordings."""
    speech_task_yield: float = 0.25
    """Share of this node's streams in use past which long tasks (recordings being transcribed) make way for them."""
    speech_task_rest_s: float = 30.0
    """They then rest so long before each next piece, so that they go on even on a day without a pause."""
    speech_task_idle_s: float = 300.0
    """The process that does tasks ends when it has had none for so long."""
    speech_live: str = "operators"
    """Conversations that belong to no queue and become text: operators (those with an operator), all or none; queues
    say it themselves."""
    speech_ears_per_call: int = 6
    """People of one conversation who are listened to at most."""
    speech_partial_interval_s: float = 0.4
    """Least time between two texts of one side that may still change."""
    speech_partials_per_second: int = 200
    """Such texts of one node at most; more are dropped, the next is told instead."""
    speech_batch: str = "missing"
    """Recordings that become text by themselves: off, missing (those of calls without a live text) or all; voicemail
    messages do unless it is off."""
    speech_batch_jobs: int = 1
    """Recordings that this node transcribes at once."""
    speech_batch_days: int = 2
    """Recordings and messages older than this are transcribed when they are asked for only."""
    speech_batch_least_s: float = 1.5
    """Shorter recordings and messages are not transcribed by themselves."""
    speech_batch_attempts: int = 5
    """Tries of a recording before it is given up."""
    speech_batch_retry_s: float = 20.0
    """Pause after the first try that failed; it doubles with each one, up to an hour."""
    speech_batch_claim_s: float = 900.0
    """A recording whose transcription gave no sign of life for so long is taken again."""
    speech_mute_margin_s: float = 0.25
    """Seconds that are silenced before and after personal data in a recording."""
    speech_mask_hold_s: float = 6.0
    """How long words that end in digits are held back for the rest of a number that may have to be hidden."""
    speech_last_words_s: float = 4.0
    """How long the last words of a call are waited for."""

    voice_order: str = "silero,rhvoice,festival,flite,espeak"
    """Engines that turn text into speech, the best first; one that is not named is not used."""
    speech_voice_ru: str = ""
    """Voice of Russian texts that name none: ``rhvoice/aleksandr``; empty: the first of the best engine."""
    speech_voice_en: str = ""
    voice_processes: int = 2
    """Texts that are spoken at once."""
    voice_waiting: int = 64
    """Texts that may wait to be spoken; one more is not spoken."""
    voice_s: float = 15.0
    """Time a voice may take for a sentence; then the next engine speaks."""
    voice_start_s: float = 30.0
    """Time a process of voices may take to load."""
    voice_rest_s: float = 30.0
    """An engine that failed is the last choice for so long."""
    voice_cache_bytes: int = 300_000_000
    """Speech that is kept, as files; the least lately used goes first."""
    speaking_max: int = 200
    """Callers to whom texts are spoken while they are made; one more waits for the whole text."""
    voice_stream_chars: int = 120
    """A text of a menu that is not kept yet and is longer than this is spoken while it is made; shorter ones are made
    first."""
