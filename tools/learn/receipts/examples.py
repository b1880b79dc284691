"""Reads what tools/learn/src/receipts/main.ts wrote, and makes batches of it."""

import json
import os

import numpy as np

from net import LONGEST

SIZES = (40, 64, 96, 136, 240)  # lines of a batch: few shapes, so that little is compiled
VALUES = {40: 32, 64: 64, 96: 96, 136: 136, 240: 240}
DATES = 12


def load(folder):
    entries = json.load(open(os.path.join(folder, 'examples.json')))
    arrays = {name: np.load(os.path.join(folder, name + '.npy')) for name in ('lines', 'amounts', 'dates')}
    at = {'lines': 0, 'amounts': 0, 'dates': 0}
    for entry in entries:
        counts = {'lines': entry['lines'], 'amounts': len(entry['amounts']['lines']), 'dates': len(entry['dates']['lines'])}
        entry['features'] = {}
        for name, count in counts.items():
            entry['features'][name] = arrays[name][at[name] : at[name] + count]
            at[name] += count
    return entries, {name: array.shape[1] for name, array in arrays.items()}


def size_of(entry):
    return next(size for size in SIZES if entry['lines'] <= size)


def batch_of(entries, size):
    b, values = len(entries), VALUES[size]
    width = {name: entries[0]['features'][name].shape[1] for name in ('lines', 'amounts', 'dates')}
    out = {
        'lines': np.zeros((b, size, width['lines']), np.float32),
        'mask': np.zeros((b, size), bool),
        'nameRight': np.zeros((b, LONGEST[0] * size + 1), bool),
        'addressRight': np.zeros((b, LONGEST[1] * size + 1), bool),
    }
    for name, most in (('amounts', values), ('dates', DATES)):
        out[name] = np.zeros((b, most, width[name]), np.float32)
        out[name + 'Line'] = np.zeros((b, most), np.int32)
        out[name + 'Mask'] = np.zeros((b, most), bool)
        out[name + 'Right'] = np.zeros((b, most + 1), bool)
    for i, entry in enumerate(entries):
        n = entry['lines']
        out['lines'][i, :n] = entry['features']['lines']
        out['mask'][i, :n] = True
        for name in ('name', 'address'):
            if entry[name] is not None:
                first, last = entry[name]
                out[name + 'Right'][i, (last - first) * size + first] = True
        for name, most in (('amounts', values), ('dates', DATES)):
            count = min(most, len(entry[name]['lines']))
            out[name][i, :count] = entry['features'][name][:count]
            out[name + 'Line'][i, :count] = entry[name]['lines'][:count]
            out[name + 'Mask'][i, :count] = True
            out[name + 'Right'][i, :count] = entry[name]['right'][:count]
    return out


def folds_of(entries, folds):
    """Fold of each group: large groups first, each to the fold with the fewest examples."""
    sizes = {}
    for entry in entries:
        if not entry['augmented']:
            sizes[entry['group']] = sizes.get(entry['group'], 0) + 1
    filled = [0] * folds
    out = {}
    for group, size in sorted(sizes.items(), key=lambda one: (-one[1], one[0])):
        out[group] = int(np.argmin(filled))
        filled[out[group]] += size
    return out
