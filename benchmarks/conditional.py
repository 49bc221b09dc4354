"""Conditional generation: whether images are what was asked for, and what each part of a model does for it.

    python -m benchmarks.conditional                                      # all that needs no file
    python -m benchmarks.conditional --setting=spoken --recordings=FOLDER # recordings of spoken digits
    python -m benchmarks.conditional --tables                             # the tables alone

Networks, rates and steps are those of the configs that `conditional_runs.ROWS` names; a row changes the
fields that it says there. Scores are of held-out conditions and of the last step. Minutes are the mean of a
row's runs, scores included, each on one core. Pictures of seed 0 go to a folder beside the results.
"""

import re
from pathlib import Path

from benchmarks import documents, jobs
from benchmarks.conditional_runs import ROWS, measure
from benchmarks.translation import SEEDS, lines, mean, runs_of

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "docs" / "results" / "conditional.jsonl"
_HEADS = {"ssim": "SSIM", "l1": "L1", "landmark_error": "landmarks off, pixels"}
SHOWN = {
    "labels": {
        "label_accuracy": "class right",
        "conditional_diversity": "diversity within classes / real",
        "frechet_distance": "Fréchet distance",
    },
    "infogan": {
        "nmi": "NMI with the class",
        "matched": "class matched",
        "nmi_real": "NMI, real images",
        "matched_real": "class matched, real images",
        "slant": "slant, correlation",
        "slant_swept": "slant swept",
        "width": "width, correlation",
        "width_swept": "width swept, pixels",
    },
    "captions": {
        "shape": "shape",
        "colour": "colour",
        "size": "size",
        "position": "position",
        "relation": "relation",
        "count": "number of things",
        "caption": "all",
    },
    "sounds": {
        "class": "class right",
        "area": "volume and area, correlation",
        "other_class": "class, another tone's",
        "other_area": "volume and area, another tone's",
        "spread": "spread of places / real",
    },
    "spoken": {"label_accuracy": "digit right"},
    "futures": {
        "left": "left",
        "left_true": "left, training data",
        "right": "right",
        "both": "both",
        "neither": "neither",
        "both_ways": "pasts with either turn",
        "to_average": "L1 to the average",
        "to_nearer": "L1 to the nearer future",
    },
    "heads": _HEADS,
    "speaking": {"ssim": "SSIM", "l1": "L1", "mouth": "opening of the mouth, correlation"},
}
# What a row is scored for apart, and what the table calls that.
PARTS = {"captions": "captions", "spoken": "speakers", "heads": "sources", "speaking": "sources"}
SHARES = (
    "label_accuracy",
    "matched",
    "matched_real",
    *SHOWN["captions"],
    "class",
    "other_class",
    *list(SHOWN["futures"])[:6],
)


def all_jobs(settings, folder, recordings=None):
    """Return dict of key -> arguments of `measure`.

    Args:
        settings: names of settings.
        folder: for pictures.
        recordings: for `spoken`, the recordings' folder.
    """
    found = {}
    for setting in settings:
        for seed in range(SEEDS):
            for row, learns in ROWS[setting].items():
                if seed and learns is None:
                    continue
                arguments = {"setting": setting, "row": row, "seed": seed}
                if setting == "spoken":
                    arguments["recordings"] = Path(recordings).resolve()
                if seed == 0 and learns is not None:
                    name = re.sub(r"\W+", "_", f"{setting} {row}")
                    arguments["picture"] = folder / f"{name}.png"
                found[f"{setting}/{row}/{seed}"] = arguments
    return found


def table(found, setting):
    """Return the table of a setting with a score a column."""
    rows = []
    for row in ROWS[setting]:
        measured = runs_of(found, setting, row)
        runs = [run["scores"] for run in measured]
        minutes = f"{sum(run['seconds'] for run in measured) / 60 / max(len(measured), 1):.1f}"
        for part in runs[0] if runs else ():
            scores = [run[part] for run in runs]
            cells = [
                mean([run[score] for run in scores], score in SHARES) if score in scores[0] else ""
                for score in SHOWN[setting]
            ]
            rows.append([row, *[part] * (setting in PARTS), str(len(runs)), *cells, minutes])
    part = [PARTS[setting]] if setting in PARTS else []
    return lines(["", *part, "seeds", *SHOWN[setting].values(), "minutes"], rows)


def tables(found):
    """Return dict of place in the document -> text."""
    return {
        f"conditional_{setting}": f"{jobs.when(found, setting)}\n\n{table(found, setting)}"
        for setting in SHOWN
    }


def main():
    """Measure and tabulate."""
    parser = jobs.parser(__doc__, OUT)
    parser.add_argument("--setting", choices=list(ROWS), help="only this one")
    parser.add_argument(
        "--recordings", help="for `spoken`: a folder of recordings of spoken digits"
    )
    arguments = parser.parse_args()
    if not arguments.tables:
        if (arguments.setting == "spoken") != bool(arguments.recordings):
            parser.error("--recordings=FOLDER is for --setting=spoken, which needs it")
        settings = [arguments.setting] if arguments.setting else [s for s in ROWS if s != "spoken"]
        folder = arguments.out.with_suffix("")
        folder.mkdir(parents=True, exist_ok=True)
        wanted = all_jobs(settings, folder, arguments.recordings)
        jobs.run(wanted, measure, arguments.out, arguments.processes)
    found = jobs.results(arguments.out)
    if found:
        documents.fill(ROOT / "docs" / "results.md", tables(found))


if __name__ == "__main__":
    main()
