"""Image translation and adaptation: what each part of pix2pix, CycleGAN, StarGAN, DANN and PixelDA does.

    python -m benchmarks.translation                                   # all that needs no file
    python -m benchmarks.translation --setting=emoji --pairs=FILE.npz  # two aligned arrays
    python -m benchmarks.translation --tables                          # the tables alone

Networks, rates and steps are those of the configs: pix2pix_scenes (also for emoji), cyclegan_scenes (also
for `hidden`), stargan_scenes, dann_mnist and pixelda_mnist; a row changes the fields that
`translation_runs.ROWS` says. Scores are of the whole test split, of adaptation of the 8,000 images by which
nothing was chosen, and of the last step. Pictures of seed 0 go to a folder beside the results.
"""

import re
from pathlib import Path

import numpy as np

from benchmarks import documents, jobs
from benchmarks.translation_runs import ROWS, measure
from benchmarks.translation_scores import NOISES

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "docs" / "results" / "translation.jsonl"
SEEDS = 3
SHOWN = {
    "pix2pix": {
        "psnr": "PSNR",
        "ssim": "SSIM",
        "l1": "L1",
        "sharpness": "sharpness / real",
        "patch_error": "patches mistaken",
    },
    "cyclegan": {
        "ssim": "SSIM",
        "l1": "L1",
        "shape": "shape",
        "colour": "colour",
        "texture": "texture",
        "things": "all three",
        "background": "background",
    },
    "adaptation": {"source": "accuracy on source", "target": "accuracy on target"},
}
SHOWN["emoji"] = SHOWN["pix2pix"]
SHARES = ("patch_error", *list(SHOWN["cyclegan"])[2:], *SHOWN["adaptation"])


def all_jobs(settings, folder, pairs=None):
    """Return dict of key -> arguments of `measure`.

    Args:
        settings: names of settings.
        folder: for pictures.
        pairs: for `emoji`, a file with two aligned arrays.
    """
    found = {}
    for setting in settings:
        for row, fields in ROWS[setting].items():
            learns = fields is not None or row == "real"
            for seed in range(SEEDS if learns else 1):
                arguments = {"setting": setting, "row": row, "seed": seed}
                if setting == "emoji":
                    arguments["data"] = f"pairs:{Path(pairs).resolve()}"
                if seed == 0 and fields is not None:
                    arguments["picture"] = folder / (
                        re.sub(r"\W+", "_", f"{setting} {row}") + ".png"
                    )
                found[f"{setting}/{row}/{seed}"] = arguments
    return found


def runs_of(found, setting, row):
    """Return the results of a row's seeds that there are."""
    keys = (f"{setting}/{row}/{seed}" for seed in range(SEEDS))
    return [found[key] for key in keys if key in found]


def mean(values, share=False):
    """Return "mean ± standard error", in percent or with three digits."""
    values = 100 * np.array(values) if share else np.array(values)
    digits, unit = (1, "%") if share else (2 if values.mean() > 10 else 3, "")
    text = f"{values.mean():.{digits}f}{unit}"
    if len(values) > 1:
        text += f" ± {np.std(values, ddof=1) / np.sqrt(len(values)):.{digits}f}"
    return text


def lines(heads, rows):
    """Return a Markdown table, or that nothing is measured."""
    if not rows:
        return "Not measured yet."
    rows = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def table(found, setting):
    """Return the table of a setting with a score a column."""
    rows = []
    for row in ROWS[setting]:
        runs = [run["scores"] for run in runs_of(found, setting, row)]
        if runs:
            cells = [
                mean([run[score] for run in runs], score in SHARES) if score in runs[0] else ""
                for score in SHOWN[setting]
            ]
            rows.append([row, str(len(runs)), *cells])
    return lines(["", "seeds", *SHOWN[setting].values()], rows)


def hidden_table(found):
    """Return the table of what comes back after noise."""
    rows = []
    for what, setting in (
        ("day → night → day", "cyclegan"),
        ("filled → outline → filled", "hidden"),
    ):
        runs = runs_of(found, setting, "CycleGAN")
        for name, shown in (("made", "translated"), ("true", "true counterpart")):
            if runs:
                errors = [[run["returned"][name][f"{size:g}"] for run in runs] for size in NOISES]
                rows.append([f"{what}, from the {shown}", str(len(runs)), *map(mean, errors)])
    return lines(["L1 of what comes back, noise:", "seeds", *(f"{n:g}" for n in NOISES)], rows)


def stargan_table(found):
    """Return the tables of every domain to every other: the summary, and each pair."""
    from tfgan_zoo.datasets.shapes_looks import FIVE

    number = range(len(FIVE))
    others = [f"{source}/{target}" for source in number for target in number if source != target]
    shown = ("colour", "texture", "shape", "things", "background")
    rows = []
    for row in ROWS["stargan"]:
        runs = [run["scores"] for run in runs_of(found, "stargan", row)]
        if runs:
            cells = [
                mean([np.mean([run[pair][score] for pair in others]) for run in runs], True)
                for score in shown
            ]
            worst = mean([min(run[pair]["things"] for pair in others) for run in runs], True)
            own = mean([np.mean([run[f"{n}/{n}"]["l1"] for n in number]) for run in runs])
            rows.append([row, str(len(runs)), *cells, worst, own])
    heads = ["", "seeds", "colour", "texture", "shape", "all three", "background"]
    text = lines([*heads, "all three, worst pair", "L1 to itself, own domain"], rows)
    runs = [run["scores"] for run in runs_of(found, "stargan", "StarGAN")]
    if not runs:
        return text
    cells = [
        [mean([run[f"{source}/{target}"]["things"] for run in runs], True) for target in number]
        for source in number
    ]
    each = [[look.name, *row] for look, row in zip(FIVE, cells, strict=True)]
    return f"{text}\n\nStarGAN, all three right:\n\n" + lines(
        ["from, to", *(look.name for look in FIVE)], each
    )


def tables(found):
    """Return dict of place in the document -> text."""
    made = {setting: table(found, setting) for setting in SHOWN}
    made |= {"hidden": hidden_table(found), "stargan": stargan_table(found)}
    return {
        f"translation_{setting}": f"{jobs.when(found, setting)}\n\n{text}"
        for setting, text in made.items()
    }


def main():
    """Measure and tabulate."""
    parser = jobs.parser(__doc__, OUT)
    parser.add_argument("--setting", choices=list(ROWS), help="only this one")
    parser.add_argument("--pairs", help="for `emoji`: an .npz file with two aligned uint8 arrays")
    arguments = parser.parse_args()
    if not arguments.tables:
        if (arguments.setting == "emoji") != bool(arguments.pairs):
            parser.error("--pairs=FILE.npz is for --setting=emoji, which needs it")
        settings = [arguments.setting] if arguments.setting else [s for s in ROWS if s != "emoji"]
        folder = arguments.out.with_suffix("")
        folder.mkdir(parents=True, exist_ok=True)
        wanted = all_jobs(settings, folder, arguments.pairs)
        jobs.run(wanted, measure, arguments.out, arguments.processes)
    found = jobs.results(arguments.out)
    if found:
        documents.fill(ROOT / "docs" / "results.md", tables(found))


if __name__ == "__main__":
    main()
