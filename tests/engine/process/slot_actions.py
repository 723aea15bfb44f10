"""Functions that the tests of calls have supervisors call."""

from __future__ import annotations

import locale
import os
import signal
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path
from typing import Any


def done(**outputs: Any) -> dict[str, Any]:
    return {"state": "succeeded", "outputs": outputs}


def echo(arguments: dict[str, Any]) -> dict[str, Any]:
    print("to output")
    print("to error", file=sys.stderr)
    os.write(1, b"raw bytes\n")
    subprocess.run(["/bin/echo", "from a child"], check=True)
    assert sys.stdin.read() == ""
    return done(given=arguments, half=Decimal("0.5"), cwd=str(Path.cwd()), env=dict(os.environ), pid=os.getpid())


def fail(arguments: dict[str, Any]) -> dict[str, Any]:
    return {"state": "failed", "failure": arguments.get("failure"), "message": "it did not work"}


def crash(arguments: dict[str, Any]) -> dict[str, Any]:
    raise KeyError("missing key")


def interrupt(arguments: dict[str, Any]) -> dict[str, Any]:
    raise KeyboardInterrupt


def leave_politely(arguments: dict[str, Any]) -> dict[str, Any]:
    sys.exit("enough")


def leave_at_once(arguments: dict[str, Any]) -> dict[str, Any]:
    subprocess.Popen(["/bin/sleep", "1000"], env={"MARK": arguments["mark"]}, start_new_session=True)
    print("going", flush=True)
    time.sleep(0.1)
    os._exit(7)


def look_up(arguments: dict[str, Any]) -> dict[str, Any]:
    return done(pid=os.getpid())


def leave_by_kill(arguments: dict[str, Any]) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def unserialisable(arguments: dict[str, Any]) -> dict[str, Any]:
    return done(it=object())


def not_a_number(arguments: dict[str, Any]) -> dict[str, Any]:
    return done(it=float("nan"))


def endless(arguments: dict[str, Any]) -> dict[str, Any]:
    loop: list[Any] = []
    loop.append(loop)
    return done(it=loop)


def nothing(arguments: dict[str, Any]) -> None:
    return None


def sleep(arguments: dict[str, Any]) -> dict[str, Any]:
    subprocess.Popen(["/bin/sleep", "1000"], env={"MARK": arguments["mark"]}, start_new_session=True)
    print("sleeping", flush=True)
    time.sleep(1000)
    return done()


def hang(arguments: dict[str, Any]) -> dict[str, Any]:
    subprocess.Popen(["/bin/sleep", "1000"], env={"MARK": arguments["mark"]}, start_new_session=True)
    print("hanging", flush=True)
    while True:
        try:
            time.sleep(1000)
        except BaseException:
            continue


def finish_anyway(arguments: dict[str, Any]) -> dict[str, Any]:
    print("working", flush=True)
    try:
        time.sleep(1000)
    except BaseException:
        return done(cleaned=True)
    return done()


def give_up(arguments: dict[str, Any]) -> dict[str, Any]:
    print("working", flush=True)
    try:
        time.sleep(1000)
    except BaseException as error:
        return {"state": "failed", "failure": "error", "message": f"{type(error).__name__}"}
    return done()


def leave_child(arguments: dict[str, Any]) -> dict[str, Any]:
    subprocess.Popen(["/bin/sleep", "1000"], env={"MARK": arguments["mark"]}, start_new_session=True)
    return done()


def litter(arguments: dict[str, Any]) -> dict[str, Any]:
    os.chdir("/tmp")
    os.umask(0)
    os.environ["LITTER"] = "yes"
    locale.setlocale(locale.LC_NUMERIC, "C.UTF-8")
    signal.signal(signal.SIGUSR1, signal.SIG_IGN)
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    sys.stdout.close()
    sys.stderr = None
    return done()


def look(arguments: dict[str, Any]) -> dict[str, Any]:
    mask = os.umask(0)
    os.umask(mask)
    print("still heard")
    return done(
        cwd=str(Path.cwd()),
        mask=mask,
        litter="LITTER" in os.environ,
        numeric=locale.setlocale(locale.LC_NUMERIC),
        usr1=signal.getsignal(signal.SIGUSR1) == signal.SIG_DFL,
    )


def burn(arguments: dict[str, Any]) -> dict[str, Any]:
    end = time.process_time() + float(arguments["seconds"])
    while time.process_time() < end:
        pass
    return done()


def eat(arguments: dict[str, Any]) -> dict[str, Any]:
    return done(size=len(bytearray(arguments["size"])))
