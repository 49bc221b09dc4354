"""What `benchmarks/speed.py` times: one process for each competitor, which takes turns with the others.

    python -m benchmarks.peers WORKLOAD PEER

builds that competitor and prints `ready` and a line of facts as JSON; then, for each line with a number n on
its standard input, it runs n iterations and prints their seconds as a JSON list.
"""
