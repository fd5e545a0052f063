"""Runs the release binary for a while: traces stay apart, and neither turns nor connections leave anything behind."""

import os
import sys

import growth
import traces
from server import Server


def main():
    binary = os.path.abspath(sys.argv[1])
    scale = 10 if "--quick" in sys.argv[2:] else 1
    wrong = []
    for part in (traces.run, growth.turns, growth.connections):
        with Server(binary, keep_spans=part is traces.run) as server:
            figures, problems = part(server, scale)
        print("soak:", figures, flush=True)
        wrong += problems
    for problem in wrong[:20]:
        print("soak: WRONG:", problem, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
