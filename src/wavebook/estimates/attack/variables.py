"""One variable of a respondent file as the items that are made from it see it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from wavebook.estimates.attack.cells import Array


class Variable:
    """One variable of the file, with all items that are made from it.

    Its atoms are the finest categories of which all responses of all those items are sums: where two items cut one
    variable differently, what each says of its own categories says something of the other's.
    """

    def __init__(self, frame: pd.DataFrame, items: Sequence[str]) -> None:
        self.items = tuple(items)
        coded = {item: pd.Categorical(frame[item]) for item in items}
        held = np.column_stack([values.codes for values in coded.values()]).astype(np.int64)
        found, inverse = np.unique(held, axis=0, return_inverse=True)
        atoms = [tuple(int(code) for code in row) for row in found]
        for at, values in enumerate(coded.values()):  # responses that nobody gave
            nobody = sorted(set(range(len(values.categories))) - {atom[at] for atom in atoms})
            atoms += [tuple(code if place == at else -1 for place in range(len(items))) for code in nobody]
        kept = [atom for atom in atoms if max(atom) >= 0]
        place = np.array([kept.index(atom) if atom in kept else -1 for atom in atoms])
        self.code: Array = place[inverse.ravel()]
        self.atoms = len(kept)
        self.asked = {
            item: frozenset(a for a, atom in enumerate(kept) if atom[at] >= 0) for at, item in enumerate(items)
        }
        self.of = {
            item: {
                str(name): frozenset(a for a, atom in enumerate(kept) if atom[at] == code)
                for code, name in enumerate(coded[item].categories)
            }
            for at, item in enumerate(items)
        }

    def kinds(self, said: Iterable[tuple[str, frozenset[str]]]) -> tuple[frozenset[int], ...]:
        """Atoms, those together that no statement tells apart: `said` holds items and responses."""
        told = {frozenset(atom for name in names for atom in self.of[item].get(name, ())) for item, names in said}
        marks: dict[tuple[bool, ...], set[int]] = {}
        for atom in range(self.atoms):
            marks.setdefault(tuple(atom in held for held in [*self.asked.values(), *told]), set()).add(atom)
        return tuple(sorted((frozenset(kind) for kind in marks.values()), key=min))
