"""The trained prior: a small data file, read once. ``python -m training`` makes it."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from healthplan.projection.network import Network

PRIOR = Path(__file__).parent / "prior.npz"


@dataclass(frozen=True)
class Prior:
    """Everything that was learned, and ``about``: data, hashes, seed, figures of the held-out halves."""

    network: Network
    stretch: np.ndarray  # (kinds, lengths, roughnesses, knots, 14)
    constant: np.ndarray  # (kinds, knots, 15) relative change after a history that never moved
    zero: np.ndarray  # (kinds, knots, 15) values after a history of zeros
    more: dict[str, np.ndarray]  # tables of borrowed trends and of counts
    about: dict


def save(prior: Prior, path: Path) -> None:
    """Write ``prior``; the same numbers always give the same bytes."""
    arrays = {f"layer{i}": layer for i, layer in enumerate(prior.network.layers)}
    arrays |= {"mean": prior.network.mean, "spread": prior.network.spread}
    arrays |= {"experts": np.array(prior.network.experts)}
    arrays |= {"stretch": prior.stretch.astype(np.float32)}
    arrays |= {"constant": prior.constant, "zero": prior.zero}
    arrays |= {f"more.{name}": array for name, array in prior.more.items()}
    about = json.dumps(prior.about, ensure_ascii=False, sort_keys=True, indent=1)
    arrays["about"] = np.frombuffer(about.encode(), np.uint8)
    np.savez_compressed(path, allow_pickle=False, **arrays)


@cache
def load(path: Path = PRIOR) -> Prior:
    """The prior of ``path``, by default the one that ships with the package."""
    with np.load(path, allow_pickle=False) as file:
        arrays = dict(file)
    count = sum(name.startswith("layer") for name in arrays)
    layers = tuple(arrays[f"layer{i}"] for i in range(count))
    network = Network(layers, arrays["mean"], arrays["spread"], int(arrays["experts"]))
    more = {k.removeprefix("more."): v for k, v in arrays.items() if k.startswith("more.")}
    about = json.loads(arrays["about"].tobytes().decode())
    return Prior(network, arrays["stretch"], arrays["constant"], arrays["zero"], more, about)
