"""Run a command for some seconds, then end it as Ctrl-C would: ``interrupted.py SECONDS COMMAND…``."""

import signal
import subprocess
import sys
import time

process = subprocess.Popen(sys.argv[2:])
time.sleep(float(sys.argv[1]))
if process.poll() is not None:
    sys.exit("it did not wait")
process.send_signal(signal.SIGINT)
sys.exit(process.wait() != 130)
