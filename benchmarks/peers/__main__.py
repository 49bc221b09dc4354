"""One competitor in a process of its own; see the package's docstring."""

import importlib
import json
import sys
import time


def main(workload, peer):
    """Build the competitor, then run iterations as they are asked for."""
    framework = "pytorch" if peer.startswith("torch") else "keras"
    module = importlib.import_module(f"benchmarks.peers.{framework}")
    iteration, facts = module.WORKLOADS[workload](peer)
    print(f"ready {json.dumps(facts)}", flush=True)
    for line in sys.stdin:
        seconds = []
        for _ in range(int(line)):
            start = time.perf_counter()
            iteration()
            seconds.append(time.perf_counter() - start)
        print(json.dumps(seconds), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
