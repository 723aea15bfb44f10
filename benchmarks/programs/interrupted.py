"""Run a command for some seconds, then end it as Ctrl-C would: ``interrupted.py SECONDS COMMAND…``."""

import signal
import subprocess
import sys

process = subprocess.Popen(sys.argv[2:])
try:
    process.wait(float(sys.argv[1]))
    sys.exit("it did not wait")
except subprocess.TimeoutExpired:
    process.send_signal(signal.SIGINT)
sys.exit(process.wait() != 130)
