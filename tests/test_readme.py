"""What the documents show is true: Python blocks run, commands parse, files and links exist."""

import pkgutil
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

import tfgan_zoo as zoo
from tfgan_zoo.cli import configs, main

ROOT = Path(__file__).parents[1]
DOCUMENTS = (
    "README.md",
    "CONTRIBUTING.md",
    "export/README.md",
    "docs/conditional.md",
    "docs/evaluation.md",
    "docs/proofs.md",
    "docs/results.md",
    "docs/scale.md",
    "docs/speed.md",
    "docs/text.md",
    "docs/tips.md",
    "docs/translation.md",
)


def blocks(document, language):
    text = (ROOT / document).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def shell_lines():
    """Return (document, words) for every command that the documents show."""
    found = []
    for document in DOCUMENTS:
        for block in blocks(document, "sh"):
            for line in block.replace("\\\n", " ").splitlines():
                words = shlex.split(line, comments=True)
                if words:
                    found.append((document, words))
    return found


def test_the_readmes_python_runs_from_top_to_bottom(tmp_path):
    code = "\n".join(blocks("README.md", "python"))
    assert code.count("epochs=") >= 5
    # The only things that are made smaller: few steps.
    code = re.sub(r"epochs=\d+", "epochs=1", code)
    code = code.replace("batch_size=64", 'batch_size=64, split="train[:128]"')
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "exported" / "dcgan_digits" / "1" / "saved_model.pb").exists()
    assert (tmp_path / "dcgan.keras").exists()
    assert list((tmp_path / "runs" / "mine" / "checkpoints").glob("step_*"))


def test_the_python_about_conditions_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shown = {}
    exec("\n".join(blocks("docs/conditional.md", "python")), shown)
    assert shown["each"].shape == (10, 16, 16, 1)
    assert shown["painted"].shape == (3, 32, 32, 3)
    assert (tmp_path / "exported" / "painter" / "1" / "saved_model.pb").exists()


def test_the_python_about_texts_runs(capsys):
    exec("\n".join(blocks("docs/text.md", "python")), {})
    assert "24 11 {'empty': 0, 'undecodable': 0, 'too_long': 0}" in capsys.readouterr().out


def test_the_python_about_translation_runs(capsys):
    exec("\n".join(blocks("docs/translation.md", "python")), {})
    assert len(capsys.readouterr().out.split()) >= 2


@pytest.mark.parametrize("document", DOCUMENTS)
def test_names_of_the_package_exist(document):
    text = (ROOT / document).read_text(encoding="utf-8")
    for package, name in re.findall(r"(?<![-\w/])(zoo|tfgan_zoo)\.(?!My)(\w+(?:\.\w+)*)", text):
        # Where `import tfgan_zoo as zoo` is all that was imported.
        assert package == "tfgan_zoo" or name.partition(".")[0] in zoo.__all__, name
        assert pkgutil.resolve_name(f"tfgan_zoo.{name}") is not None


def test_the_commands_parse():
    seen = set()
    for document, words in shell_lines():
        if words[0] != "tfgan-zoo":
            continue
        name, *arguments = words[1:]
        assert name in main.COMMANDS, (document, words)
        values, overrides = main.parse(main._module(name), arguments)
        if "config" in values and values.config:
            config, _ = configs.load(values.config)
            configs.override(config, overrides)
        seen.add(name)
    assert {"train", "evaluate", "sample", "export"} <= seen


def test_make_targets_and_scripts_exist():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for document, words in shell_lines():
        if words[0] == "make":
            assert words[1] in targets, (document, words)
        if words[0] == "python" and words[1].endswith(".py"):
            assert (ROOT / words[1]).exists(), (document, words)
        for word in words:  # request files and the like
            if word.lstrip("@").startswith("export/"):
                assert (ROOT / word.lstrip("@")).exists(), (document, words)


def test_the_scripts_know_the_flags_that_are_shown():
    for document, words in shell_lines():
        if words[:2] and words[0] == "python" and words[1].startswith("export/"):
            source = (ROOT / words[1]).read_text()
            for word in words[2:]:
                if word.startswith("--"):
                    assert f'"{word.partition("=")[0]}"' in source, (document, words)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_somewhere(document):
    path = ROOT / document
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
        if not target.startswith("http"):
            assert (path.parent / target).exists(), target


def test_the_tests_that_fail_on_planted_bugs_exist():
    text = (ROOT / "docs" / "proofs.md").read_text(encoding="utf-8")
    named = re.findall(r"`(tests/[a-z0-9_/]+\.py)((?:::\w+)+)`", text)
    assert len(named) == sum(line.startswith("| ") for line in text.splitlines()) - 1 >= 12
    for path, names in named:
        name = names.rpartition("::")[2]
        source = (ROOT / path).read_text(encoding="utf-8")
        source += (ROOT / "tests" / "battery.py").read_text(encoding="utf-8")
        assert f"def {name}(" in source, (path, name)


def test_the_tables_name_every_command_config_and_dependency():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in main.COMMANDS:
        assert f"| `tfgan-zoo {name}` |" in text
    for name in configs.named():
        assert re.search(rf"^\|.*`{name}`.*\|", text, re.MULTILINE), name
    required = re.search(r"install_requires=\[(.*?)\]", (ROOT / "setup.py").read_text(), re.DOTALL)
    for name in re.findall(r"\"([A-Za-z_-]+)", required.group(1)):
        assert re.search(rf"^\| `{name}`", text, re.MULTILINE), name
    assert re.search(r"^\| `tensorflow` ", text, re.MULTILINE)


def test_the_extractors_are_the_ones_in_the_table():
    from tfgan_zoo.metrics import extractors
    from tfgan_zoo.metrics.storage import read

    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in extractors.names():
        _, spec = read(extractors.WEIGHTS / f"{name}.json")
        (row,) = re.findall(rf"^\| `{name}_cnn-{spec['hash'][:8]}` \|(.*)\|$", text, re.MULTILINE)
        cells = [cell.strip() for cell in row.split("|")]
        assert cells[0] == "×".join(str(side) for side in spec["image_shape"])
        assert cells[1] == f"{100 * spec['test_accuracy']:.1f}%"
        assert cells[2] == f"{100 * spec['test_confident_fraction']:.1f}%"
        assert cells[3] == f"{spec['test_classifier_score']:.2f}"
        assert cells[4].startswith(f"{spec['floor']['frechet_distance']:.2f} (")
