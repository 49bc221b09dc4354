"""What `benchmarks/speed.py` times: one process for each competitor, which takes turns with the others.

    python -m benchmarks.peers WORKLOAD PEER ['{"option": value}']

builds that competitor and prints `ready` and a line of facts as JSON; then, for each line with a number n on
its standard input, it runs n iterations and prints their seconds as a JSON list.
"""

import time


def each(iteration):
    """Return a function of n that runs an iteration n times and returns the seconds of each."""

    def run(count):
        seconds = []
        for _ in range(count):
            start = time.perf_counter()
            iteration()
            seconds.append(time.perf_counter() - start)
        return seconds

    return run
