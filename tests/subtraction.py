"""A second attack on published estimates, which shares nothing with the first: subtraction until nothing moves.

A public sum is a set of cells with the least and the greatest number of weighted respondents that it can hold. Of two
sums of which one contains the other, the rest is a sum as well. Each cell of a sum holds what the others leave. Both
are done again and again until nothing moves. Whatever this finds is found with a pencil.

    python tests/subtraction.py WAVE

runs it on the committed estimates of a wave whose respondent file is on this machine.
"""

from __future__ import annotations

import itertools
import json
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np
import pandas as pd
from ruamel.yaml import YAML

NOBODY_SAID = "no level"
CLOSE = 1e-4
ROUNDED = 1e-6  # respondents: what the last digit of a share leaves open
MOST_SUMS = 1_500  # of one table; there are no more that matter, but differences of differences have no end


class Sums:
    """Sets of cells of one table, with bounds that only ever get narrower."""

    def __init__(self, cells, everybody):
        self.place = {cell: at for at, cell in enumerate(cells)}
        self.low = np.zeros(len(cells))
        self.high = np.full(len(cells), everybody)
        self.known = {}

    def say(self, cells, low, high):
        """Learn that a set of cells holds between low and high; return whether that is news."""
        key = frozenset(self.place[cell] for cell in cells)
        return self._learn(key, low - ROUNDED, high + ROUNDED)

    def _learn(self, key, low, high):
        if not key:
            return False
        if len(key) == 1:
            (at,) = key
            news = low > self.low[at] + CLOSE or high < self.high[at] - CLOSE
            self.low[at], self.high[at] = max(self.low[at], low), min(self.high[at], high)
            return news
        if key not in self.known:
            if len(self.known) >= MOST_SUMS:
                return False
            self.known[key] = (low, high)
            return True
        before = self.known[key]
        self.known[key] = (max(before[0], low), min(before[1], high))
        return low > before[0] + CLOSE or high < before[1] - CLOSE

    def until_nothing_moves(self):
        """Subtract and narrow."""
        for _ in range(4):
            self._narrow()
            if not self._subtract():
                break
        self._narrow()

    def _narrow(self):
        for _ in range(200):
            moved = False
            for key, (low, high) in self.known.items():
                at = np.fromiter(key, int)
                most, least = self.high[at], self.low[at]
                new_high = np.minimum(most, high - (least.sum() - least))
                new_low = np.maximum(least, low - (most.sum() - most))
                moved |= bool((most - new_high > CLOSE).any() or (new_low - least > CLOSE).any())
                self.low[at], self.high[at] = new_low, new_high
            if not moved:
                return

    def _subtract(self):
        moved = False
        sums = sorted(self.known.items(), key=lambda known: len(known[0]))
        for (small, (low, high)), (big, (least, most)) in itertools.combinations(sums, 2):
            if small < big:
                moved |= self._learn(big - small, max(least - high, 0), most - low)
        return moved

    def bounds(self, cells):
        """The narrowest bounds of a set of cells that are known."""
        key = frozenset(self.place[cell] for cell in cells)
        at = np.fromiter(key, int)
        low, high = self.low[at].sum(), self.high[at].sum()
        if key in self.known:
            low, high = max(low, self.known[key][0]), min(high, self.known[key][1])
        return low, high


class File:
    """What the attacker is after, and what he knows of the groups: their sizes."""

    def __init__(self, frame, weights, headline):
        self.frame, self.headline = frame, headline
        self.weights = np.asarray(weights, float)

    def levels(self, division):
        column = self.frame[division].astype(object)
        return column.where(column.notna(), NOBODY_SAID).astype(str).to_numpy()

    def table(self, item, divisions):
        """By response and cell, respondents and weight."""
        asked = self.frame[item].notna().to_numpy()
        keys = [
            self.frame[item].astype(object)[asked].astype(str).to_numpy(),
            *(self.levels(d)[asked] for d in divisions),
        ]
        counted = pd.DataFrame({"w": self.weights[asked]}).groupby(keys)["w"].agg(["size", "sum"])
        found = defaultdict(lambda: (0, 0.0))
        for key, row in counted.iterrows():
            found[key if isinstance(key, tuple) else (key,)] = (int(row["size"]), float(row["sum"]))
        return found

    def answers(self, item):
        """Responses, headline answers, and what each leaves, with the responses that make it up."""
        responses = self.responses(item)
        answers = {name: [name] for name in responses} | {n: list(parts) for n, parts in self.headline[item].items()}
        return answers | {f"not {name}": [r for r in responses if r not in parts] for name, parts in answers.items()}

    def responses(self, item):
        return [str(name) for name in self.frame[item].cat.categories]


def attack(file, item, divisions, said):
    """What follows in one table.

    Parameters
    ----------
    said
        (responses, {division: level}, low, high): public sums of groups of this table or of its margins.

    Returns
    -------
    By (answer, levels), of protected cells only: respondents, least, greatest, and the size of the group.
    """
    truth = file.table(item, divisions)
    responses = file.responses(item)
    groups = sorted({key[1:] for key in truth})
    sums = Sums([(response, *group) for response in responses for group in groups], file.weights.sum())

    def cells(chosen, where):
        return [
            (response, *group)
            for response in chosen
            for group in groups
            if all(group[divisions.index(division)] == level for division, level in where.items())
        ]

    def size(where):
        return [sum(truth[cell][part] for cell in cells(responses, where)) for part in (0, 1)]

    margins = [dict(zip(some, levels, strict=True))
               for number in range(len(divisions) + 1)
               for some in itertools.combinations(divisions, number)
               for levels in sorted({tuple(group[divisions.index(d)] for d in some) for group in groups})]  # fmt: skip
    for where in margins:
        sums.say(cells(responses, where), *[size(where)[1]] * 2)
    for chosen, where, low, high in said:
        if held := cells(chosen, where):
            sums.say(held, low, high)
    sums.until_nothing_moves()
    found = {}
    answers = file.answers(item)
    for where in margins:
        n, weight = size(where)
        for name, parts in answers.items():
            held = cells(parts, where)
            count = sum(truth[cell][0] for cell in held)
            if held and (n < 30 or count < 10):
                low, high = sums.bounds(held)
                found[name, tuple(where.items())] = (count, low, high, weight)
    return found


def leaking(found):
    """Those of the protected cells that are bounded to fewer than ten, or less than the whole of a smaller group."""
    return {key: values for key, values in found.items() if values[2] - values[1] < min(10, values[3]) - 1e-3}


def read(folder, file):
    """Public sums of the committed estimates: by item the tables that are named, and what is said of them."""
    tables, said = defaultdict(set), defaultdict(list)
    for path in sorted(Path(folder).glob("*.json")):
        record = json.loads(path.read_text(encoding="utf-8"))
        if record["function"] != "shares":
            continue
        item, by = record["arguments"]["item"], record["arguments"]["by"]
        tables[item].add(tuple(by))
        columns = record["result"]["table"]["columns"]
        sizes = file.table(item, by)
        for at, response in enumerate(columns["response"]):
            levels = tuple(columns[name][at] for name in by)
            base = sum(weight for key, (_, weight) in sizes.items() if key[1:] == levels)
            parts = file.headline[item].get(response, [response])
            total = columns["share"][at] * base
            said[item].append((parts, dict(zip(by, levels, strict=True)), total, total))
    return tables, said


def run(folder, file):
    """Attack every table of a wave; what follows, by item and table."""
    tables, said = read(folder, file)
    found = {}
    for item in sorted(tables):
        for divisions in sorted(tables[item]):
            about = [part for part in said[item] if set(part[1]) <= set(divisions)]
            found[item, divisions] = attack(file, item, list(divisions), about)
    return found


def file_of(root, wave):
    """The respondent file of a wave that is on this machine."""
    from wavebook.estimates import EstimatingStudy
    from wavebook.estimates.compute import Respondents
    from wavebook.waves.store import read_stored

    study = EstimatingStudy(root)
    described = study.described(wave)
    coded = Respondents.of(study, described, read_stored(study.root, described)).coded.frame
    headline = {item: dict(study.items[item].headline) for item in described.microdata.codebook.items}
    return File(coded, coded.get("weight", pd.Series(1.0, coded.index)), headline)


def declared(root, wave):
    """By item and group, the responses that the exemptions of a wave let follow."""
    path = root / "data/exemptions.yml"
    found = defaultdict(set)
    for exemption in (YAML(typ="safe").load(path) or {}).values() if path.is_file() else ():
        by = exemption.get("by", [])
        by = [by] if isinstance(by, str) else by
        for follows in exemption["lets_follow"] if exemption["wave"] == wave else ():
            levels = follows["group"].split(", ") if by else []
            found[exemption["item"], frozenset(zip(by, levels, strict=True))] |= set(follows["answers"])
    return found


def main(wave):
    from wavebook.study import find_root

    root = find_root()
    file = file_of(root, wave)
    found, exempt = run(root / "data" / "estimates" / wave, file), declared(root, wave)
    protected = follows = exact = covered = 0
    for (item, divisions), cells in found.items():
        leaks = leaking(cells)
        answers = file.answers(item)
        allowed = {key for key in leaks if set(answers[key[0]]) <= exempt[item, frozenset(key[1])]}
        leaks = {key: values for key, values in leaks.items() if key not in allowed}
        protected, follows, covered = protected + len(cells), follows + len(leaks), covered + len(allowed)
        exact += sum(high - low < 0.01 for _, low, high, _ in leaks.values())
        name = "-by-".join([item, *divisions])
        print(f"{name}: {len(cells)} protected cells, {len(leaks)} follow")
        for (answer, group), (_, low, high, _) in sorted(leaks.items())[:3]:
            print(f"    {answer}, {', '.join(level for _, level in group) or 'all'}: {low:.2f} to {high:.2f}")
    print(
        f"{protected} protected cells in {len(found)} tables; {follows} follow, {exact} of them exactly; "
        f"{covered} more that an exemption declares"
    )


if __name__ == "__main__":
    main(sys.argv[1])
