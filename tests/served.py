"""The check that is shipped, asked of exported models in a process that knows nothing of this one."""

import functools
import json
import subprocess
import sys
import tempfile
from pathlib import Path

SCRIPTS = Path(__file__).parents[1] / "export"
# One process for all models of a test process: most of a check's time is TensorFlow's import.
_SERVE = """
import contextlib, io, json, sys
sys.path.insert(0, sys.argv[1])
import check_savedmodel
for line in sys.stdin:
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        sys.argv = ["check_savedmodel.py", json.loads(line)]
        status = check_savedmodel.main()
    assert "tfgan_zoo" not in sys.modules
    print(json.dumps([status, said.getvalue()]), flush=True)
"""


@functools.cache
def _checker():
    log = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115, it lives as long as the process
    process = subprocess.Popen(
        [sys.executable, "-c", _SERVE, str(SCRIPTS)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
        cwd=tempfile.gettempdir(),  # from where tfgan_zoo is not found by itself
    )
    return process, log


def assert_serves(path):
    """Assert that `export/check_savedmodel.py` passes a SavedModel, and that TensorFlow warns of nothing."""
    process, log = _checker()
    before = log.seek(0, 2)
    process.stdin.write(json.dumps(str(path)) + "\n")
    process.stdin.flush()
    answer = process.stdout.readline()
    log.seek(before)
    warnings = log.read()
    assert answer, warnings
    status, said = json.loads(answer)
    assert status == 0, said + warnings
    assert "custom gradients" not in warnings  # which a served model does not have
