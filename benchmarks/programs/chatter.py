"""Print ten lines a second, for as many seconds as are asked for."""

import sys
import time

for number in range(int(sys.argv[1]) * 10):
    print(f"line {number}: so far all is well", flush=True)
    time.sleep(0.1)
