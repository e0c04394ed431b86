# SPDX-License-Identifier: MIT
"""The metrics against closed forms; then on real pictures that were made worse in known ways, seen
by the feature networks of examples/networks: better is closer, and precision and recall tell too
few modes from bad pictures."""

import os
import pathlib
import sys

os.environ["OMP_NUM_THREADS"] = "1"  # the sets are small: threads would only wait for each other
TESTS = pathlib.Path(__file__).resolve().parents[2]
for folder in ("support", "tool", "quality"):
    sys.path.insert(0, str(TESTS / folder))
from check import ROOT, check, failures, finish, skip  # noqa: E402

try:
    import numpy as np
except ImportError:
    skip("not installed: python3-numpy")
import png  # noqa: E402
from metrics import degrade, knn  # noqa: E402
from metrics.frechet import between_gaussians, frechet  # noqa: E402
from metrics.sliced import gaps, sliced_wasserstein  # noqa: E402

NETWORKS = ROOT / "examples" / "networks"
COLOUR, GRAY = "features-cifar10.pt", "features-digits.pt"


def near(what, value, expected, tolerance=1e-9):
    check(abs(value - expected) <= tolerance, f"{what}: {value}, expected {expected}")


def normal(seed, *shape):
    return np.random.default_rng(seed).standard_normal(shape)


def test_frechet():
    eye, shift = np.eye(3), np.array([3.0, 0, 4])
    near("shifted", between_gaussians(np.zeros(3), eye, shift, eye), 25)
    near("scaled", between_gaussians(shift, 4 * eye, shift, 9 * eye), 3)
    near("flat", between_gaussians(shift, np.diag([4, 0, 1.0]), shift, np.diag([0, 9, 1.0])), 13)
    # A symmetric positive map is optimal, so between C and A C A lies trace (1-A) C (1-A).
    left, right = normal(1, 5, 5), normal(2, 5, 5)
    covariance, chart = left @ left.T, right @ right.T
    moved = np.trace((np.eye(5) - chart) @ covariance @ (np.eye(5) - chart))
    near("mapped", between_gaussians(np.zeros(5), covariance, np.zeros(5),
                                     chart @ covariance @ chart), moved, 1e-6 * moved)
    features = normal(3, 400, 6)
    near("itself", frechet(features, features), 0)
    near("features", frechet(features, 3 * features + 1) -
         between_gaussians(features.mean(0), np.cov(features.T), 3 * features.mean(0) + 1,
                           9 * np.cov(features.T)), 0)


def test_frechet_bias():
    d, n, m = 8, 400, 600
    mean = np.mean([frechet(normal(2 * i, n, d), normal(2 * i + 1, m, d)) for i in range(40)])
    expected = d * (d + 5) / 4 * (1 / n + 1 / m)
    near("bias", mean, expected, 0.08 * expected)


def test_neighbours():
    line = np.arange(4.0)[:, None]  # radii 3, 2, 2, 3
    check((knn.radii(line, 3) == [9, 4, 4, 9]).all(), "radii of four points on a line")
    near("on a line", knn.coverage(np.array([[-3.1], [-2.9], [1], [5.9], [6.1]]), line), 3 / 5)
    near("k = 1", knn.coverage(np.array([[-1.1], [-0.9], [3.9], [4.1]]), line, 1), 1 / 2)
    one, far = normal(1, 700, 5), normal(2, 700, 5) + 100
    both = np.concatenate([one[:350], far[:350]])
    for name, real, made, precision, recall in (
            ("identical", one, one, 1, 1), ("disjoint", one, far, 0, 0),
            ("one mode of two", both, one[:350], 1, 0.5),
            ("a mode too many", one[:350], both, 0.5, 1)):
        near(f"precision, {name}", knn.precision(real, made), precision)
        near(f"recall, {name}", knn.recall(real, made), recall)


def test_sliced():
    one, two = np.array([[0.0], [1]]), np.array([[1.0], [0], [0.5]])
    near("unequal sizes", sliced_wasserstein(one, two), (1 / 12) ** 0.5)
    points = normal(1, 300, 2, 4)
    near("repeated", sliced_wasserstein(points, np.repeat(points, 3, axis=0)), 0)
    # N(0, 1) and N(m, s^2) in d dimensions: |m|^2 / d + (s - 1)^2, squared.
    d, n, s = 10, 4000, 1.5
    shift = np.arange(d) / 5
    expected = (np.square(shift).mean() + (s - 1) ** 2) ** 0.5
    for m in (n, n + 500):
        value = sliced_wasserstein(normal(1, n, d), shift + s * normal(2, m, d), 1000)
        near(f"Gaussians, {m} points", value, expected, 0.03 * expected)


def test_gaps():
    one, two = np.array([[0.0, 1], [1, 2]]), np.array([[0.0, 0], [0, 0], [1, 0], [5, 8]])
    near("along two directions", np.abs(gaps(one, two) - [2, 3.5]).max(), 0)
    points = np.sort(normal(1, 300, 2), axis=0)
    near("moved", np.abs(gaps(points, points + [2, -3]) - [2, 3]).max(), 0, 1e-12)
    near("repeated", np.abs(gaps(points, np.repeat(points, 3, axis=0))).max(), 0)


def test_matching():
    try:
        from metrics.matching import wasserstein1
    except ImportError:
        print("without python3-scipy: no matching")
        return
    cloud = normal(1, 500, 2, 2)
    shift = np.array([[3.0, 0], [0, 4]])
    near("shifted", wasserstein1(cloud, np.random.default_rng(2).permutation(cloud + shift)), 5)
    line = normal(3, 500, 1)
    near("on a line", wasserstein1(line, 2 * line[::-1]), np.abs(line).mean())
    try:
        wasserstein1(cloud, cloud[1:])
        check(False, "a matching of unequal clouds")
    except ValueError:
        pass


def test_degrade():
    spot = np.zeros((1, 2, 41, 41), np.float32)
    spot[0, :, 20, 20] = 1
    row = degrade.blur(spot, 2)[0, 1].sum(0)
    near("blur keeps the sum", row.sum(), 1, 1e-5)
    near("blur has its width", (row * np.square(np.arange(41) - 20)).sum(), 4, 0.1)
    near("blur keeps a flat picture", np.abs(degrade.blur(spot * 0 + 0.5, 1) - 0.5).max(), 0, 1e-6)
    near("noise", degrade.noise(np.zeros((5, 1, 50, 50)), 0.1).std(), 0.1, 0.003)
    bits = degrade.eight_bit(np.linspace(-1.2, 1.2, 10001))
    check(len(np.unique(bits)) == 256 and (degrade.eight_bit(bits) == bits).all(), "eight bits")


def crops(each=500, side=32):
    """Crops of the exemplars, which tile: pictures [8 each, 3, side, side], labels by exemplar."""
    result, rng = [], np.random.default_rng(1)
    for path in sorted((ROOT / "examples" / "exemplars").glob("*.png")):
        tiled = np.tile(png.decode(path.read_bytes()), (2, 2, 1))
        for at in rng.choice(64 * 64, each, replace=False):
            y, x = divmod(int(at), 64)
            result.append(tiled[y:y + side, x:x + side])
    pictures = np.stack(result).transpose(0, 3, 1, 2) / np.float32(127.5) - 1
    return pictures, np.repeat(np.arange(len(result) // each), each)


def small_digits():
    """scikit-learn's 8 x 8 digits, enlarged to the size of MNIST's: [1797, 1, 32, 32], labels."""
    from sklearn.datasets import load_digits
    from torch.nn.functional import interpolate, pad
    import torch
    digits = load_digits()
    pictures = torch.from_numpy(digits.images[:, None] / 8 - 1).float()
    large = interpolate(pictures, size=(20, 20), mode="bilinear", align_corners=False)
    return pad(large, [6] * 4, value=-1).numpy(), digits.target


def below(what, low, high):
    check(low < high, f"{what}: {low} is not below {high}")


def check_levels(name, rows):
    """Of the same pictures, made worse and worse."""
    for milder, harder in zip(rows, rows[1:]):
        for metric in ("frechet", "sliced features"):
            below(f"{name}, {metric}", 1.1 * milder[metric], harder[metric])
        for metric in ("precision", "recall"):
            below(f"{name}, {metric}", harder[metric], milder[metric] - 0.02)
    below(f"{name}, sliced pixels", 1.15 * rows[0]["sliced pixels"], rows[-1]["sliced pixels"])


def check_ranking(name, table):
    """The table of ranking.py. Margins are about half of the least that five seeds gave; the
    mildest blur and noise have none, as some features hardly see them."""
    floor, few = table["floor"], table["3 modes"]
    for kind in ("blur", "noise"):
        check_levels(f"{name}, {kind}", [table[key] for key in table if key.startswith(kind)])
    for key, floors in (("blur 1", 3), ("blur 2", 20), ("noise 0.1", 1.5), ("noise 0.2", 8),
                        ("3 modes", 10)):
        below(f"{name}, floors of {key}", floors, table[key]["frechet"] / floor["frechet"])
    for metric in ("precision", "recall"):
        below(f"{name}, {metric} of the floor", 0.85, floor[metric])
        for key in ("blur 2", "noise 0.2"):
            below(f"{name}, {metric} of {key}", table[key][metric], floor[metric] - 0.14)
    below(f"{name}, recall of few modes", few["recall"], floor["recall"] - 0.2)
    below(f"{name}, precision of few modes", floor["precision"] - 0.07, few["precision"])


def test_network(name, network, width, channels):
    """The file as such: small, features of that width, the same in batches of any size."""
    check((NETWORKS / name).stat().st_size < 1e6, f"{name} has a megabyte")
    pictures = np.tanh(normal(1, 7, channels, 32, 32))
    features, logits = network.features(pictures), network.logits(pictures)
    check(features.shape == (7, width) and logits.shape == (7, 10), f"{name}: {features.shape}")
    network.batch = 3
    near(f"{name}, batches", np.abs(network.features(pictures) - features).max(), 0, 1e-4)
    network.batch = 100


def test_ranking():
    """On what is here without a network connection."""
    import ranking
    from metrics.features import Features
    colour, gray = Features(NETWORKS / COLOUR), Features(NETWORKS / GRAY)
    test_network(COLOUR, colour, 64, 3)
    test_network(GRAY, gray, 32, 1)
    check_ranking("exemplars", ranking.rank(colour, *crops(), 500))
    try:
        pictures, labels = small_digits()
    except ImportError:
        print("without python3-sklearn: no digits")
        return
    right = (gray.logits(pictures).argmax(1) == labels).mean()
    below("digits recognised", 0.5, right)
    check_ranking("digits", ranking.rank(gray, pictures, labels, 350))


def main():
    for test in (test_frechet, test_frechet_bias, test_neighbours, test_sliced, test_gaps,
                 test_matching, test_degrade):
        test()
    try:
        import torch
    except ImportError:
        torch = None
    if torch:
        test_ranking()
    elif not failures:
        skip("not installed: python3-torch; the closed forms hold")
    finish()


if __name__ == "__main__":
    main()
