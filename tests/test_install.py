"""The wheel holds what a user needs: the package, the configs, the extractors' weights, the command."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = ("setup.py", "pyproject.toml", "README.md", "LICENSE", "tfgan_zoo", "configs")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Build from a copy, so that nothing that lies in the checkout's build/ gets in."""
    pytest.importorskip("setuptools")
    folder = tmp_path_factory.mktemp("wheel")
    (folder / "source").mkdir()
    for name in SOURCES:
        if (ROOT / name).is_dir():
            ignore = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / name, folder / "source" / name, ignore=ignore)
        else:
            shutil.copy(ROOT / name, folder / "source")
    pip = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation"]
    command = [*pip, "--no-index", "--wheel-dir", str(folder), str(folder / "source")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (found,) = folder.glob("tfgan_zoo-*.whl")
    return found


def test_what_is_in_the_wheel(wheel):
    with zipfile.ZipFile(wheel) as archive:
        inside = set(archive.namelist())
        (points,) = (n for n in inside if n.endswith("entry_points.txt"))
        assert "tfgan-zoo = tfgan_zoo.cli.main:run" in archive.read(points).decode()
    expected = {str(p.relative_to(ROOT)) for p in (ROOT / "tfgan_zoo").rglob("*.py")}
    expected |= {f"tfgan_zoo/configs/{p.name}" for p in (ROOT / "configs").glob("*.py")}
    expected |= {f"tfgan_zoo/metrics/weights/{p.name}" for p in _weights()}
    assert {n for n in inside if ".dist-info/" not in n} == expected


def _weights():
    found = [p for p in (ROOT / "tfgan_zoo" / "metrics" / "weights").iterdir() if p.is_file()]
    assert found
    return found


def test_it_works_where_it_is_installed(wheel, tmp_path):
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    code = """
import tfgan_zoo
from tfgan_zoo.cli import configs, main
print(tfgan_zoo.__file__)
print(configs.named()["dcgan_digits"])
raise SystemExit(main.run(["list"]))
"""
    (tmp_path / "elsewhere").mkdir()
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path / "elsewhere",
        env={**os.environ, "PYTHONPATH": str(tmp_path / "site")},
    )
    assert done.returncode == 0, done.stderr
    package, config, *listed = done.stdout.splitlines()
    assert package == str(tmp_path / "site" / "tfgan_zoo" / "__init__.py")
    assert config == str(tmp_path / "site" / "tfgan_zoo" / "configs" / "dcgan_digits.py")
    names = {line.split()[0] for line in listed if line.startswith("  ")}
    assert {p.stem for p in (ROOT / "configs").glob("*.py")} - {"__init__"} <= names
    # `list` shows the extractors by their hashes, which it reads from the weights.
    assert any("digits_cnn-" in line for line in listed)
