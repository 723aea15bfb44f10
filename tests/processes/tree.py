"""A tree of processes as bad as they come: ``python -I -S tree.py SIZE FILE`` grows it, and writes a line to FILE for each.

By turns: a child that ignores TERM; an orphan in a session of its own, by a double fork; one that ignores HUP, as nohup makes it;
one that holds the pipes of its parent and of a sister open; an orphan in a session of its own that ignores TERM; one that starts
another one when it is asked to end. None ends by itself.
"""

import os
import signal
import sys
import time

KINDS = ("stubborn", "escaped", "nohup", "pipes", "stubborn and escaped", "hydra")


def live(number: int, file: int) -> None:
    kind = KINDS[number % len(KINDS)]
    if "escaped" in kind:
        os.setsid()
        if os.fork():
            os._exit(0)
    if "stubborn" in kind:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if kind == "nohup":
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    if kind == "pipes":
        os.pipe()
    if kind == "hydra":
        signal.signal(signal.SIGTERM, lambda _number, _frame: os.fork())
    os.write(file, b"%d\n" % os.getpid())
    while True:
        time.sleep(1000)


def main() -> None:
    size, file = int(sys.argv[1]), os.open(sys.argv[2], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    sister = os.pipe()
    for number in range(size - 1):
        if os.fork() == 0:
            live(number, file)
    os.close(sister[1])
    live(0, file)


if __name__ == "__main__":
    main()
