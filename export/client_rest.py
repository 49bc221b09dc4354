"""Ask a TensorFlow Serving server for images over REST, and save them as a PNG grid.

    python export/client_rest.py --model=dcgan_digits --n=64 --seed=0 --output=samples.png
    python export/client_rest.py --model=acgan_mnist --condition label=7
    python export/client_rest.py --model=sounds --condition audio=sound.npy

Needs NumPy and Pillow; neither TensorFlow nor tfgan_zoo.
"""

import argparse
import contextlib
import json
import sys
import tokenize
import urllib.error
import urllib.request

import numpy as np
from grid import save_grid


class ServerError(RuntimeError):
    """The server cannot be reached, or it refused the request."""


def predict(url, model, body, timeout=60.0):
    """Send one predict request.

    Args:
        url: the server, e.g. `http://localhost:8501`.
        model: the model's name there.
        body: dict with `signature_name` and either `inputs` or `instances`.
        timeout: seconds to wait.

    Returns:
        The output: what stands under `outputs` (asked with `inputs`) or `predictions` (`instances`).

    Raises:
        ServerError: no answer, or an error in it.
    """
    address = f"{url.rstrip('/')}/v1/models/{model}:predict"
    request = urllib.request.Request(
        address, json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=timeout) as response:
            answer = json.load(response)
    except urllib.error.HTTPError as error:
        text = error.read().decode(errors="replace")
        with contextlib.suppress(ValueError, KeyError, TypeError):  # a proxy's page: as it is
            text = json.loads(text)["error"]
        raise ServerError(f"{address} answers {error.code}: {text}") from error
    except (OSError, ValueError) as error:
        raise ServerError(f"{address}: {error}") from error
    return answer["outputs"] if "outputs" in answer else answer["predictions"]


def asked_for(n, seed, condition=None):
    """Return the body of a request for samples.

    Args:
        n: how many images.
        seed: the same seed gives the same images.
        condition: NAME=VALUE of what all images are told: a number, a text, numbers as JSON has them
            (codes=[0,1,0,0.5]), or a .npy file of numbers such as a sound's samples at the model's rate;
            None: what the model tells for itself.

    Raises:
        ValueError: not NAME=VALUE, a name that has a flag of its own, or a file that is no .npy.

    >>> asked_for(2, 0, "label=7")["inputs"]
    {'seed': 0, 'label': [7, 7]}
    """
    # "inputs", since n and seed are scalars: rows ("instances") would become vectors.
    if condition is None:
        return {"signature_name": "sample_uint8", "inputs": {"n": n, "seed": seed}}
    name, equals, text = condition.partition("=")
    if not name or not equals:
        raise ValueError(f"--condition={condition}: expected NAME=VALUE, such as label=7")
    if name in ("n", "seed"):
        raise ValueError(f"--condition={condition}: give --{name}=…")
    if text.endswith(".wav"):
        raise ValueError(
            f"--condition={condition}: servers take samples: give a .npy file of them, at the model's rate"
        )
    value = _read(text) if text.endswith(".npy") else text
    with contextlib.suppress(ValueError):  # a number, or else a text
        value = json.loads(text)
    return {"signature_name": "sample_given_uint8", "inputs": {"seed": seed, name: [value] * n}}


def _read(file):
    """Return the numbers of a .npy file, as lists."""
    try:
        array = np.lib.format.open_memmap(file, mode="r")
    except (OSError, ValueError, EOFError, SyntaxError, tokenize.TokenError) as error:
        raise ValueError(f"{file} is no .npy file of one array of numbers: {error}") from error
    if array.dtype.kind not in "fiu":
        raise ValueError(f"{file} is {array.dtype}, expected numbers")
    return array.tolist()


def main():
    """Ask and save."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--url", default="http://localhost:8501", help="the server")
    parser.add_argument("--model", default="dcgan_digits", help="the model's name on the server")
    parser.add_argument("--n", type=int, default=64, help="how many images")
    parser.add_argument("--seed", type=int, default=0, help="the same seed gives the same images")
    parser.add_argument(
        "--condition", help="NAME=VALUE: a number, a text, numbers as JSON, or a .npy file"
    )
    parser.add_argument("--output", default="samples.png", help="the PNG file")
    flags = parser.parse_args()
    try:
        body = asked_for(flags.n, flags.seed, flags.condition)
        images = np.array(predict(flags.url, flags.model, body), np.uint8)
    except (ServerError, OSError, ValueError) as error:
        print(f"client_rest.py: {error}", file=sys.stderr)
        return 1
    save_grid(flags.output, images)
    print(f"{len(images)} images of {images.shape[1:]}: {flags.output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
