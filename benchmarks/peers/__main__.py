"""One competitor in a process of its own; see the package's docstring."""

import importlib
import json
import sys


def main(workload, peer, options="{}"):
    """Build the competitor, then run iterations as they are asked for."""
    name = "keras"
    if peer.startswith("torch"):
        name = "pytorch_cyclegan" if workload.startswith("cyclegan") else "pytorch"
    module = importlib.import_module(f"benchmarks.peers.{name}")
    run, facts = module.WORKLOADS[workload](peer, **json.loads(options))
    print(f"ready {json.dumps(facts)}", flush=True)
    for line in sys.stdin:
        print(json.dumps(run(int(line))), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
