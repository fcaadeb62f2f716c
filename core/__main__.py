"""Run the command line: ``python -m core COMMAND --help``."""

import sys

from core.cli.commands import main

if __name__ == "__main__":
    sys.exit(main())
