"""``python -m tools.ari_types DECLARATIONS``: write the typed ARI models and events anew."""

import argparse
import sys
from pathlib import Path

from engine.core.config import ROOT
from tools.ari_types import generate


def main(arguments: list[str] | None = None) -> int:
    """Exit status 1 says that --check found a file that differs."""
    parser = argparse.ArgumentParser(prog="python -m tools.ari_types", description=__doc__)
    parser.add_argument("declarations", type=Path, help="folder rest-api of Asterisk's data folder (events.json, ...)")
    parser.add_argument("--out", type=Path, default=ROOT / "engine" / "ari", help="where to write")
    parser.add_argument("--check", action="store_true", help="write nothing; say which files differ")
    options = parser.parse_args(arguments)
    differ = False
    for name, text in generate.generate(options.declarations).items():
        path = options.out / name
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            continue
        differ = True
        print(f"{path} {'differs' if options.check else 'written'}")
        if not options.check:
            path.write_text(text, encoding="utf-8")
    return int(options.check and differ)


if __name__ == "__main__":
    sys.exit(main())
