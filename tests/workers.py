"""Workers of one `MultiWorkerMirroredStrategy`: real processes on this machine."""

import json
import socket


def configs(count=2):
    """Return a `TF_CONFIG` for each worker, with ports that are free."""
    held = [socket.socket() for _ in range(count)]
    for each in held:
        each.bind(("localhost", 0))
    addresses = [f"localhost:{each.getsockname()[1]}" for each in held]
    for each in held:
        each.close()
    return [
        json.dumps({"cluster": {"worker": addresses}, "task": {"type": "worker", "index": index}})
        for index in range(count)
    ]
