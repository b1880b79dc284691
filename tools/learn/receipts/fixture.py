"""Writes what a small net with random weights gives for random lines: a test compares net.ts with it.

fixture.py OUT
"""

import json
import sys

import jax
import numpy as np

from net import FIELDS, LONGEST, initial, scores_of
from train import tensors_of

LINES, AMOUNTS, DATES, HEADS = 9, 4, 2, 2


def dequantised(p):
    if isinstance(p, dict):
        return {key: dequantised(value) for key, value in p.items()}
    if isinstance(p, list):
        return [dequantised(value) for value in p]
    if p.ndim != 2 or p.size <= 64:
        return p
    scale = (np.maximum(np.abs(p).max(0), 1e-8).astype('<f4') / 127).astype('<f4')
    return np.clip(np.rint(p / scale), -127, 127).astype(np.float32) * scale


def main():
    rng = np.random.default_rng(5)
    net = initial(3, 6, 5, 3, width=8, inner=16)
    net = jax.tree.map(lambda w: (w + 0.2 * rng.standard_normal(w.shape)).astype(np.float32), net)
    tensors = {}
    tensors_of(net, '0', tensors)
    values = lambda rows, columns: rng.uniform(-1, 1, (rows, columns)).astype(np.float32).round(3)
    lines, amounts, dates = values(LINES, 6), values(AMOUNTS, 5), values(DATES, 3)
    amount_lines, date_lines = [1, 4, 4, 8], [0, 6]
    batch = {
        'lines': lines[None],
        'mask': np.ones((1, LINES), bool),
        'amounts': amounts[None],
        'amountsLine': np.array([amount_lines]),
        'amountsMask': np.ones((1, AMOUNTS), bool),
        'dates': dates[None],
        'datesLine': np.array([date_lines]),
        'datesMask': np.ones((1, DATES), bool),
    }
    scores = scores_of(dequantised(net), batch, heads=HEADS)
    chances = {name: np.asarray(jax.nn.softmax(score, 1))[0, :-1] for name, score in scores.items()}
    row = lambda array: [round(float(x), 7) for x in array]
    out = {
        'heads': HEADS,
        'tensors': tensors,
        'input': {
            'lines': [row(line) for line in lines],
            'amounts': {'lines': amount_lines, 'features': [row(one) for one in amounts]},
            'dates': {'lines': date_lines, 'features': [row(one) for one in dates]},
        },
        'output': {
            'spans': [[row(one) for one in chances[name].reshape(longest, LINES)] for name, longest in zip(FIELDS, LONGEST)],
            'amounts': row(chances['amounts']),
            'dates': row(chances['dates']),
        },
    }
    with open(sys.argv[1], 'w') as file:
        json.dump(out, file, indent=1)
        file.write('\n')


if __name__ == '__main__':
    main()
