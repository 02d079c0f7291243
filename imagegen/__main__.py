"""The door: `imagegen` and `python -m imagegen`."""

import gc
import sys


def main() -> int:
    """Run the command and return its exit code."""
    # What is made while importing stays: looking for garbage among it costs a third of the start,
    # and a second of the five that torch and diffusers take. The command turns it on again.
    gc.disable()
    try:
        from imagegen import cli

        return cli.main()
    except KeyboardInterrupt:  # while importing, or a second one while the first is told
        return 130


if __name__ == "__main__":
    sys.exit(main())
