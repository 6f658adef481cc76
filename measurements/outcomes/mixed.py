"""Fits the primary analysis: a linear mixed model by REML, from sums per pattern of answered waves.

    score = mean of the wave + person's own level (+ person's own slope x time) + error

Persons who answered the same waves have the same covariance V = Z G Z' + s2 I, so that the restricted likelihood
needs no more of them than their number, their sum and their sum of squares and products: thirty-one patterns for
five waves, however many persons. The optimum is the one that a fit person by person finds (statsmodels' MixedLM in
the tests), in milliseconds. The score equations are exact; the steps are Fisher's, halved until the likelihood rises.

Source: Laird & Ware, Biometrics 1982;38:963-974; REML by Harville, JASA 1977;72:320-338; missing answers are taken
to be missing at random given the person's other answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
MOST_STEPS = 200
MOST_HALVINGS = 30
EDGE = 1e-6  # how near a covariance may come to one that can't be inverted
# The rise of the likelihood that a step still promises, as a share of it: what doubles can tell apart.
CLOSE_ENOUGH = 1e-12


@dataclass(frozen=True)
class Pattern:
    """Persons who answered the same waves (places `seen`): how many, their mean and products around 0."""

    seen: NDArray[np.intp]
    n: int
    total: Matrix
    products: Matrix


@dataclass(frozen=True)
class Fit:
    """A fitted model. `means` per wave with their covariance; `random` is G; `residual` is s2."""

    means: Matrix
    covariance: Matrix
    random: Matrix
    residual: float
    log_likelihood: float
    converged: bool
    steps: int


def patterns(scores: Matrix) -> list[Pattern]:
    """Sums per pattern of a persons x waves matrix, NaN where unanswered; who answered nothing is left out."""
    answered = ~np.isnan(scores)
    codes = answered @ (1 << np.arange(scores.shape[1], dtype=np.int64))
    found = []
    for code in np.unique(codes[codes > 0]):
        rows = scores[codes == code]
        seen = np.flatnonzero(answered[codes == code][0])
        values = rows[:, seen]
        found.append(Pattern(seen, len(values), values.sum(axis=0), values.T @ values))
    return found


def fit(groups: list[Pattern], *, design: Matrix) -> Fit:
    """The REML fit. `design`: waves x random effects, a column of ones and, for slopes, one of times.

    Every wave must be answered by someone. `converged` is False when the steps ran out, when the answers can't tell the
    parameters apart (nobody answered twice), or when the best covariance lies on the edge (a variance of 0 or a
    correlation of 1): there the standard errors can't be trusted.
    """
    size = design.shape[1]
    parameters = _start(groups, design)
    blocks = _blocks(groups, _parts(design))
    now = _evaluate(blocks, parameters)
    for step in range(1, MOST_STEPS + 1):
        if not _is_identified(now.information):
            return _fitted(now, parameters, size, converged=False, steps=step)
        move = np.linalg.solve(now.information, now.score)
        if float(now.score @ move) < CLOSE_ENOUGH * (1 + abs(now.log_likelihood)):
            return _fitted(now, parameters, size, converged=True, steps=step)
        for _ in range(MOST_HALVINGS):
            tried = parameters + move
            if _allowed(tried, size):
                then = _evaluate(blocks, tried)
                if then.log_likelihood > now.log_likelihood:
                    break
            move = move / 2
        else:
            break
        parameters, now = tried, then
    return _fitted(now, parameters, size, converged=False, steps=MOST_STEPS)


@dataclass(frozen=True)
class _Evaluation:
    log_likelihood: float
    score: Matrix
    information: Matrix
    means: Matrix
    covariance: Matrix


@dataclass(frozen=True)
class _Block:
    """A pattern with its place among all waves, and the derivatives of its V by each parameter."""

    pattern: Pattern
    at: tuple[NDArray[np.intp], ...]
    parts: Matrix


def _parts(design: Matrix) -> Matrix:
    """The derivative of V over all waves by each parameter: the parts of G by row, then s2."""
    size = design.shape[1]
    found = []
    for row in range(size):
        for column in range(row + 1):
            one = np.outer(design[:, row], design[:, column])
            found.append(one if row == column else one + one.T)
    return np.stack([*found, np.eye(len(design))])


def _blocks(groups: list[Pattern], parts: Matrix) -> list[_Block]:
    return [_Block(one, np.ix_(one.seen, one.seen), parts[:, one.seen][:, :, one.seen]) for one in groups]


def _evaluate(blocks: list[_Block], parameters: Matrix) -> _Evaluation:
    """The restricted log-likelihood, its exact gradient, and Fisher's information of it."""
    waves = 1 + max(int(block.pattern.seen.max()) for block in blocks)
    weights, weighted = np.zeros((waves, waves)), np.zeros(waves)
    inverses, log_determinant, observations = [], 0.0, 0
    for block in blocks:
        one = block.pattern
        v = np.tensordot(parameters, block.parts, 1)
        inverse = np.linalg.inv(v)
        inverses.append(inverse)
        weights[block.at] += one.n * inverse
        weighted[one.seen] += inverse @ one.total
        log_determinant += one.n * float(np.linalg.slogdet(v)[1])
        observations += one.n * len(one.seen)
    covariance = np.linalg.inv(weights)
    means = covariance @ weighted
    quadratic, score = 0.0, np.zeros(len(parameters))
    information = np.zeros((len(parameters), len(parameters)))
    for block, inverse in zip(blocks, inverses, strict=True):
        one, mean = block.pattern, means[block.pattern.seen]
        crossed = np.outer(one.total, mean)
        residual = one.products - crossed - crossed.T + one.n * np.outer(mean, mean)
        quadratic += float((inverse * residual).sum())
        turned = inverse @ block.parts
        middle = turned @ inverse
        explained = one.n * (
            turned.trace(axis1=1, axis2=2) - (middle * covariance[block.at]).sum(axis=(1, 2))
        )
        score += ((middle * residual).sum(axis=(1, 2)) - explained) / 2
        information += one.n / 2 * np.einsum("aij,bji->ab", turned, turned)
    likelihood = -0.5 * (
        (observations - waves) * np.log(2 * np.pi)
        + log_determinant
        + float(np.linalg.slogdet(weights)[1])
        + quadratic
    )
    return _Evaluation(float(likelihood), score, information, means, np.asarray(covariance, np.float64))


def _start(groups: list[Pattern], design: Matrix) -> Matrix:
    """Half of the spread around the waves' means to the persons, half to error; slopes a tenth of it over all time."""
    waves, size = design.shape
    number, total, squares = np.zeros(waves), np.zeros(waves), np.zeros(waves)
    for one in groups:
        number[one.seen] += one.n
        total[one.seen] += one.total
        squares[one.seen] += np.diag(one.products)
    spread = float((squares - total**2 / number).sum() / max(number.sum() - waves, 1)) or 1.0
    random = np.zeros((size, size))
    random[0, 0] = spread / 2
    for place in range(1, size):
        random[place, place] = spread / 10 / max(float((design[:, place] ** 2).max()), 1e-12)
    return np.array([*_flat(random), spread / 2])


def _flat(random: Matrix) -> list[Any]:
    return [random[row, column] for row in range(len(random)) for column in range(row + 1)]


def _square(parameters: Matrix, size: int) -> Matrix:
    random = np.zeros((size, size))
    values = iter(parameters)
    for row in range(size):
        for column in range(row + 1):
            random[row, column] = random[column, row] = next(values)
    return random


def _allowed(parameters: Matrix, size: int) -> bool:
    """Whether the variances are positive and the covariance matrix is one, clear of its edge."""
    random, residual = _square(parameters, size), float(parameters[-1])
    # A residual of nothing (answers that fit without error) would make V singular.
    if (np.diag(random) <= 0).any() or residual <= EDGE * float(random[0, 0]):
        return False
    scale = np.sqrt(np.diag(random))
    return bool(np.linalg.eigvalsh(random / np.outer(scale, scale)).min() > EDGE)


def _is_identified(information: Matrix) -> bool:
    """Whether the answers can tell the parameters apart."""
    scale = np.sqrt(np.diag(information))
    if not np.isfinite(information).all() or (scale == 0).any():
        return False
    return bool(np.linalg.eigvalsh(information / np.outer(scale, scale)).min() > 1e-10)


def _fitted(now: _Evaluation, parameters: Matrix, size: int, *, converged: bool, steps: int) -> Fit:
    random = _square(parameters, size)
    return Fit(
        now.means,
        now.covariance,
        random,
        float(parameters[-1]),
        now.log_likelihood,
        converged,
        steps,
    )
