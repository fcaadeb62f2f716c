"""A made catalogue with a deep category tree: thousands of leaves, most of them rare, any number of products.

The tree is a real one, such as Best Buy's, read when this runs; where it has too few leaves, some are divided
by a further word. Sizes of leaves follow Zipf's law. A product's name is a handful of words, each drawn from
its leaf, from what stands above it, from a sibling, or from anywhere: so its parent is easier to tell than
its leaf, as in real catalogues. How often which is drawn is the noise. The same tree, numbers and seed give
the same catalogue.

    python benchmarks/grown_tree.py --categories DIR/bestbuy/categories.json --leaves 5000 --products 200000

prints what a flat model (naive Bayes on words, the same words that made the names) reaches on a fifth of the
products at each noise; ``--out FOLDER --noise middle`` writes ``products.csv`` and ``taxonomy.txt`` instead.
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from core.taxonomy.reading import read_taxonomy
from core.taxonomy.taxonomy import ROOT, Taxonomy

SHORTEST, LONGEST = 5, 9
"""Words of a name."""
OWN_WORDS = 6
"""Words that are typical of a category beside those of its name, drawn from all words."""
MOST_PARTS = 3
"""Into how many a leaf is divided where there are too few, at most."""
TEST_SHARE = 0.2
SMOOTHING = 0.1
_WORD = re.compile(r"\w[\w'-]+")


@dataclass(frozen=True)
class Noise:
    """Shares of words from the leaf, from above it and from a sibling; the rest comes from anywhere."""

    leaf: float
    above: float
    sibling: float


NOISES = {
    "low": Noise(0.36, 0.30, 0.05),
    "middle": Noise(0.24, 0.30, 0.10),
    "high": Noise(0.16, 0.30, 0.15),
}
"""Fixed before any classifier of trees was tried on what they make."""


@dataclass(frozen=True, eq=False)
class GrownTree:
    """A made catalogue.

    Attributes
    ----------
    tree
        Its categories.
    leaves
        int64 (n,): each product's node.
    words
        Of all names.
    drawn
        int64 (n, LONGEST): the words of each name, -1 behind its last.
    """

    tree: Taxonomy
    leaves: np.ndarray
    words: tuple[str, ...]
    drawn: np.ndarray

    def names(self) -> list[str]:
        """Return the products' names."""
        return [" ".join(self.words[word] for word in row if word >= 0) for row in self.drawn.tolist()]


def with_leaves(tree: Taxonomy, leaves: int, seed: int = 0) -> Taxonomy:
    """Return a tree with that many leaves: some are left out or divided. Siblings of one name are one."""
    rng = np.random.default_rng(seed)
    tree = Taxonomy.from_paths(tree.path(node) for node in tree.walk())
    paths = [tree.path(leaf) for leaf in rng.permutation(tree.leaves).tolist()]
    if len(paths) >= leaves:
        return Taxonomy.from_paths(paths[:leaves])
    words, missing, kept = _words_of(tree), leaves - len(paths), []
    for path in paths:
        parts = min(MOST_PARTS, missing + 1)
        if parts < 2:
            kept.append(path)
            continue
        added = rng.choice(words, parts, replace=False).tolist()
        kept += [(*path, f"{word.capitalize()} {path[-1]}") for word in added]
        missing -= parts - 1
    if missing:
        raise ValueError(f"expected a tree that can have {leaves} leaves, got one of {len(paths)}")
    return Taxonomy.from_paths(kept)


def grow(tree: Taxonomy, products: int, noise: Noise, seed: int = 0) -> GrownTree:
    """Make products in the leaves of a tree; each leaf has one or more.

    Raises
    ------
    ValueError
        If there are fewer products than leaves.
    """
    if products < len(tree.leaves):
        raise ValueError(f"expected {len(tree.leaves)} products or more, one a leaf, got {products}")
    rng = np.random.default_rng(seed)
    leaves = rng.permutation(np.repeat(tree.leaves, _sizes(len(tree.leaves), products, rng)))
    words = _words_of(tree)
    own, starts = _vocabularies(tree, words, rng)
    shape = products, LONGEST
    source = rng.random(shape)
    node = np.broadcast_to(leaves[:, None], shape).copy()
    ends = np.cumsum([noise.leaf, noise.above, noise.sibling])
    above = (source >= ends[0]) & (source < ends[1])
    node[above] = _above(tree, node[above], rng)
    sibling = (source >= ends[1]) & (source < ends[2])
    node[sibling] = _siblings(tree, node[sibling], rng)
    counts = np.diff(starts)[node]
    drawn = own[starts[node] + (rng.random(shape) * counts).astype(np.int64)]
    anywhere = source >= ends[2]
    drawn[anywhere] = rng.integers(len(words), size=int(anywhere.sum()))
    drawn[np.arange(LONGEST) >= rng.integers(SHORTEST, LONGEST + 1, size=(products, 1))] = -1
    return GrownTree(tree, leaves, tuple(words), drawn)


def _sizes(leaves: int, products: int, rng: np.random.Generator) -> np.ndarray:
    """Return one product a leaf, and the others by Zipf's law over leaves in any order."""
    shares = 1 / np.arange(1, leaves + 1)
    return 1 + rng.multinomial(products - leaves, rng.permutation(shares / shares.sum()))


def _words_of(tree: Taxonomy) -> list[str]:
    return sorted({word for name in tree.names for word in _split(name)})


def _split(name: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(name)]


def _vocabularies(
    tree: Taxonomy, words: list[str], rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Return the words of all nodes, one after the other, and where those of each begin."""
    number = {word: at for at, word in enumerate(words)}
    own = [
        [*(number[word] for word in _split(name)), *rng.integers(len(words), size=OWN_WORDS).tolist()]
        for name in tree.names
    ]
    return np.concatenate(own).astype(np.int64), np.cumsum([0, *map(len, own)])


def _above(tree: Taxonomy, nodes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return for each node one of those above it but the root, itself where there is none."""
    target = 1 + (rng.random(len(nodes)) * np.maximum(tree.depths[nodes] - 1, 1)).astype(np.int64)
    found = nodes.copy()
    for depth in range(1, tree.depth):
        found[target == depth] = tree.at_depth(nodes[target == depth], depth)
    return found


def _siblings(tree: Taxonomy, nodes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return for each node a child of its parent."""
    children = [tree.children(node) for node in range(len(tree))]
    counts = np.array(list(map(len, children)))
    starts = np.cumsum([0, *counts])
    parents = tree.parents[nodes]
    return np.concatenate(children)[starts[parents] + (rng.random(len(nodes)) * counts[parents]).astype(int)]


def write_catalogue(grown: GrownTree, folder: Path) -> None:
    """Write the products with their category paths as ``products.csv``, the tree as ``taxonomy.txt``."""
    folder.mkdir(parents=True, exist_ok=True)
    tree = grown.tree
    titles = {leaf: tree.title(leaf) for leaf in tree.leaves.tolist()}
    with (folder / "products.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["sku", "name", "category"])
        for number, (leaf, name) in enumerate(zip(grown.leaves.tolist(), grown.names(), strict=True)):
            table.writerow([f"made-{number}", name, titles[leaf]])
    lines = [tree.title(node) for node in tree.walk() if node != ROOT]
    (folder / "taxonomy.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def flat_answers(grown: GrownTree, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return true and answered leaves of a fifth of the products, by naive Bayes on words of the others."""
    from scipy.sparse import csr_array

    n, k = len(grown.leaves), len(grown.tree.leaves)
    row, column = np.nonzero(grown.drawn >= 0)
    counts = csr_array(
        (np.ones(len(row), dtype=np.float32), (row, grown.drawn[row, column])), shape=(n, len(grown.words))
    )
    order = np.random.default_rng(seed).permutation(n)
    test, train = np.split(order, [round(TEST_SHARE * n)])
    label = np.searchsorted(grown.tree.leaves, grown.leaves)
    products = np.bincount(label[train], minlength=k)
    member = csr_array(
        (np.ones(len(train), dtype=np.float32), (label[train], np.arange(len(train)))), (k, len(train))
    )
    of_leaf = (member @ counts[train]).toarray() + np.float32(SMOOTHING)
    weight = np.log(of_leaf / of_leaf.sum(axis=1, keepdims=True)).T
    prior = np.full(k, -np.inf, dtype=np.float32)
    prior[products > 0] = np.log(products[products > 0] / len(train))
    answered = np.concatenate(
        [
            (counts[part] @ weight + prior).argmax(axis=1)
            for part in np.array_split(test, len(test) // 1000 + 1)
        ]
    )
    return grown.leaves[test], grown.tree.leaves[answered]


def main() -> None:
    """Write a catalogue, or print what a flat model reaches at each noise."""
    from core.evaluation.tree_scores import tree_scores

    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--categories", type=Path, required=True, help="a tree of categories")
    parser.add_argument("--leaves", type=int, default=5000)
    parser.add_argument("--products", type=int, default=200_000)
    parser.add_argument("--noise", choices=NOISES, help="default: all, one after the other")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, help="write the catalogue to this folder")
    options = parser.parse_args()
    tree = with_leaves(read_taxonomy(options.categories).tree, options.leaves, options.seed)
    print(f"{len(tree) - 1:,} categories, {len(tree.leaves):,} leaves, {tree.depth} levels")
    if options.out:
        noise = NOISES[options.noise or "middle"]
        write_catalogue(grow(tree, options.products, noise, options.seed), options.out)
        return
    print("| noise | leaf accuracy | accuracy by level | hF1 |\n| --- | ---: | --- | ---: |")
    for name in [options.noise] if options.noise else NOISES:
        true, answered = flat_answers(grow(tree, options.products, NOISES[name], options.seed))
        scores = tree_scores(tree, true, answered, resamples=100)
        levels = ", ".join(f"{each.value:.3f}" for each in scores.levels)
        print(f"| {name} | {(true == answered).mean():.3f} | {levels} | {scores.f1.value:.3f} |", flush=True)


if __name__ == "__main__":
    main()
