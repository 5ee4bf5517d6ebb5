"""Finds numbers of respondents who are counted through, which no other number can be told from by itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from wavebook.waves.recognising.words import words

_NAMED, _LISTED = 8, 15
"""How many have to stand beside the variable's name, and how many in a list that rises without being counted."""
_STEPS, _STEP = 5, 3.0
"""Different steps between its numbers, and how long they are in the mean."""
_NEAR = 200
_SHARE = 1 / 3


class Serial:
    """The numbers of respondents.

    Parameters
    ----------
    name
        The variable.
    numbers
        Those of the respondents, in the order of the file.
    """

    def __init__(self, name: str, numbers: Sequence[str]) -> None:
        self._name = words(name)
        self._rows = {number: row for row, text in enumerate(numbers) if (number := "".join(words(text)))}
        whole = [int(number) for number in self._rows if number.isdigit()]
        self._orders = [{str(n): self._rows[str(n)] for n in whole}, {str(n): n for n in whole}]

    def seen(self, said: Sequence[str]) -> set[int]:
        """The respondents whose numbers are listed."""
        return self._beside_name(said) or self._rising(said)

    def _beside_name(self, said: Sequence[str]) -> set[int]:
        """Below the name, or before it where pandas puts it last."""
        length = len(self._name)
        for at in (at for at, word in enumerate(said) if word == self._name[0]):
            if list(said[at : at + length]) != self._name:
                continue
            near = said[max(0, at - _NEAR) : at] if said[at - 1 : at] == ["name"] else said[at + length :][:_NEAR]
            numbers = {word for word in near if word in self._rows}
            counted = {word for word in numbers if str(int(word) - 1) in numbers} if _are_whole(numbers) else set()
            if len(numbers - counted) >= _NAMED and len(numbers) >= _SHARE * len(near):
                return {self._rows[number] for number in numbers}
        return set()

    def _rising(self, said: Sequence[str]) -> set[int]:
        """A choice of them, in the order of the file as a filter gives it, or in their own."""
        runs = (said[start::step] for step in (1, 2) for start in range(step))
        for words_ in runs:
            for order in self._orders:
                run: list[str] = []
                for word in [*words_, ""]:
                    if word in order and (not run or order[word] > order[run[-1]]):
                        run.append(word)
                        continue
                    if len(run) >= _LISTED and _leaps([int(number) for number in run]):
                        return {self._rows[number] for number in run}
                    run = [word] if word in order else []
        return set()


def _are_whole(numbers: Iterable[str]) -> bool:
    return all(number.isdigit() for number in numbers)


def _leaps(run: list[int]) -> bool:
    steps = np.abs(np.diff(run))
    return len(np.unique(steps)) >= _STEPS and float(steps.mean()) >= _STEP
