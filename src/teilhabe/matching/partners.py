"""Who tells of a violent husband is not sent to the counselling for men first, nor the other way round."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from teilhabe.matching import lexical, needs
from teilhabe.matching.index import FLAGS, CentreIndex

NEEDS = frozenset({"haeusliche-gewalt", "frauenhaus", "sexualisierte-gewalt", "zwangsheirat"})
OTHER_SEX = -0.6  # for an offer that is not for this person
UNTOLD = -0.3  # for one only for men when nothing tells who asks: most who do are women
PERHAPS = 0.2  # chance of such a need
STEMS = {"man": ("manner", "vater"), "woman": ("frauen", "mutter", "madche")}

Floats = NDArray[np.float32]


def adjustment(index: CentreIndex, chances: Floats, person: str) -> Floats | None:
    """What offers for one sex lose when a need of violence may be meant, by the `chances` of all needs; else None.

    `person` is "woman", "man", or "" when the text does not tell.
    """
    if sum(float(chances[needs.place_of()[need]]) for need in NEEDS) < PERHAPS:
        return None
    lost = np.zeros(len(index), np.float32)
    for sex in STEMS:
        if person and person != sex:
            lost[_for(index, sex)] = OTHER_SEX
    if not person:
        lost[_for(index, "man")] = UNTOLD
    return lost


def _for(index: CentreIndex, sex: str) -> NDArray[np.bool_]:
    """The offers that are for one sex, by their titles and the flag for women."""
    arrays = index.arrays
    found = np.zeros(len(index), np.bool_)
    for term in lexical.lookup(arrays, list(STEMS[sex])):
        part = slice(int(arrays["posting_start"][term]), int(arrays["posting_start"][term + 1]))
        in_title = (arrays["posting_place"][part] & lexical.TITLE) > 0
        found[arrays["posting_document"][part][in_title]] = True
    if sex == "woman":
        found |= arrays["facts"][:, FLAGS.index("women_only")] == 1
    return found
