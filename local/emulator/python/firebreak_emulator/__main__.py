"""Start the emulator: `python -m firebreak_emulator`, settings in the environment (see local/emulator/launcher.ts).

Prints one JSON line, `{"event": "ready", "port": N}`, once it answers; logs go to standard error. Ends when standard
input does.
"""

import os
import sys

from . import lifetime, settings


def main() -> None:
    lifetime.tie_to_parent()
    listener = settings.prepare_environment()
    # ministack reads its settings at import, so nothing of it is imported before this line.
    from . import gateway, install

    install.install_all()
    gateway.serve(listener)


if __name__ == "__main__":
    try:
        main()
    except BaseException as problem:
        print(f"{type(problem).__name__}: {problem}", file=sys.stderr, flush=True)
        os._exit(1)
