"""Logistic regression of outcomes on scores. It knows rows of numbers, and nothing of Turbo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict

LARGEST = 10
"""The weight of the criterion that counts most."""

FOLDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """A weight from 0 to ``LARGEST`` for each column, and the Brier score of probabilities for rows that were not learnt from."""

    weights: tuple[int, ...]
    brier: float


def learn(rows: Sequence[Sequence[float]], outcomes: Sequence[bool]) -> Learnt:
    """Fit outcomes to rows; the same rows give the same weights.

    Args:
        rows: one for each run, with a score from 0 to 1 for each criterion.
        outcomes: whether each turned out well; both kinds at least ``FOLDS`` times.
    """
    table, good = np.asarray(rows, dtype=float), np.asarray(outcomes, dtype=int)
    model = LogisticRegression(C=1.0, max_iter=1000)
    seen = cross_val_predict(model, table, good, cv=StratifiedKFold(FOLDS), method="predict_proba")[:, 1]
    slopes = np.clip(model.fit(table, good).coef_[0], 0.0, None)
    largest = float(slopes.max()) if slopes.size else 0.0
    weights = [round(LARGEST * float(slope) / largest) if largest > 0 else 0 for slope in slopes]
    return Learnt(weights=tuple(weights), brier=float(np.mean((seen - good) ** 2)))
