"""Recordings of spoken digits: files named `{digit}_{speaker}_{index}.wav`, found in a folder."""

import re

from tfgan_zoo.datasets import folder

_NAME = re.compile(r"(?P<digit>\d)_(?P<speaker>.+)_(?P<index>\d+)\.wav", re.IGNORECASE)


def listing(path, name):
    """Return the recordings of a folder and its sub-folders, by speaker.

    Args:
        path: the folder.
        name: what errors call the data set.

    Returns:
        Dict of speaker -> list of (file, digit), mixed so that slices have all digits; and a list of the
        wav files with other names.

    Raises:
        ValueError: no such folder, or no recording in it.
    """
    root = folder.existing(path, name)
    found, others = {}, []
    for file in sorted(root.rglob("*")):
        if file.suffix.lower() != ".wav" or file.name.startswith(".") or not file.is_file():
            continue
        match = _NAME.fullmatch(file.name)
        if match:
            found.setdefault(match["speaker"], []).append((file, int(match["digit"])))
        else:
            others.append(file)
    if not found:
        but = f" ({len(others)} wav files have other names: {others[0].name}, …)" if others else ""
        raise ValueError(
            f"{name}: expected recordings named {{digit}}_{{speaker}}_{{index}}.wav, such as "
            f"7_jackson_32.wav, found none in {root}{but}"
        )
    for recordings in found.values():
        recordings.sort(key=lambda pair: folder.place(pair[0].name))
    return dict(sorted(found.items())), others
