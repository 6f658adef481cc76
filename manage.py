#!/usr/bin/env python3
"""Decides nothing: asks for a Python that is new enough, then hands over to ikbt.bootstrap."""

import sys
from importlib import import_module


def main() -> int:
    if sys.version_info < (3, 11):
        sys.stderr.write(
            "ikbt needs Python 3.11 or newer; this is Python %d.%d (%s).\n"
            % (sys.version_info[0], sys.version_info[1], sys.executable)
        )
        return 1
    # Named, not imported at the top: an older Python could not even read the module to say the above.
    exit_code: int = import_module("ikbt.bootstrap.launch").main(sys.argv)
    return exit_code


if __name__ == "__main__":
    sys.exit(main())
