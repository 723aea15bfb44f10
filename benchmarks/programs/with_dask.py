"""The tasks of graph.json as calls in two workers of Dask."""

import json
import os
from pathlib import Path

from distributed import Client, LocalCluster

SIZE = len(json.loads(Path("graph.json").read_text()))


def mark(number):
    file = os.open("done", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(file, b".")
    os.close(file)


if __name__ == "__main__":
    here = LocalCluster(n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None)
    with here as cluster, Client(cluster) as client:
        client.gather(client.map(mark, range(SIZE), pure=False))
