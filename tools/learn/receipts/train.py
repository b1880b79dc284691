"""Trains a line net for each fold, on the receipts of all other folds: see tools/learn/README.md.

train.py DATA OUT [--folds 5] [--only K,...] [--nets 1] [--steps 450] [--patterns FILE]
writes OUT/fold<k>/lines.json for each fold, or for those of --only; OUT/folds.json says which merchant is in which fold.
"""

import argparse
import base64
import json
import os
import time

import jax
import jax.numpy as jnp
import numpy as np

from examples import batch_of, folds_of, load, size_of
from net import HEADS, initial, loss_of, scores_of

BATCH = 24


def schedule(step, steps, most):
    """One cycle: up for a tenth of the steps, then down along a cosine (Smith and Topin, 2018)."""
    rise = max(1, steps // 10)
    if step < rise:
        return most * (0.04 + 0.96 * step / rise)
    return most * 0.5 * (1 + np.cos(np.pi * (step - rise) / max(1, steps - rise)))


@jax.jit
def update(p, mean, square, batch, seed, rate, step):
    loss, grads = jax.value_and_grad(loss_of)(p, batch, seed, 0.15)
    norm = jnp.sqrt(sum((g**2).sum() for g in jax.tree.leaves(grads)))
    grads = jax.tree.map(lambda g: g / jnp.maximum(1.0, norm), grads)
    mean = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, mean, grads)
    square = jax.tree.map(lambda s, g: 0.99 * s + 0.01 * g * g, square, grads)

    def moved(w, m, s):
        m, s = m / (1 - 0.9**step), s / (1 - 0.99**step)
        return w - rate * (m / (jnp.sqrt(s) + 1e-8) + 0.02 * w)

    return jax.tree.map(moved, p, mean, square), mean, square, loss


def train(entries, widths, steps, seed, most=2.5e-3):
    """AdamW (Loshchilov and Hutter, 2019)."""
    rng = np.random.default_rng(seed)
    p = initial(seed, widths['lines'], widths['amounts'], widths['dates'])
    mean = jax.tree.map(np.zeros_like, p)
    square = jax.tree.map(np.zeros_like, p)
    by_size = {}
    for entry in entries:
        by_size.setdefault(size_of(entry), []).append(entry)
    sizes = sorted(by_size)
    shares = np.array([len(by_size[size]) for size in sizes], float)
    queues = {size: [] for size in sizes}
    losses = []
    for step in range(steps):
        size = sizes[rng.choice(len(sizes), p=shares / shares.sum())]
        while len(queues[size]) < BATCH:
            queues[size] += [by_size[size][i] for i in rng.permutation(len(by_size[size]))]
        chosen, queues[size] = queues[size][:BATCH], queues[size][BATCH:]
        rate = schedule(step, steps, most)
        p, mean, square, loss = update(p, mean, square, batch_of(chosen, size), seed * 100003 + step, rate, step + 1.0)
        losses.append(loss)
    return jax.tree.map(np.asarray, p), float(np.mean([float(x) for x in losses[-50:]]))


def tensors_of(p, prefix, out):
    """Matrices as signed bytes with a scale for each column, vectors as 32-bit floats."""

    def put(name, kind, array):
        out[name] = {'type': kind, 'shape': list(array.shape), 'data': base64.b64encode(array.tobytes()).decode()}

    if isinstance(p, dict):
        for key, value in p.items():
            tensors_of(value, f'{prefix}.{key}', out)
    elif isinstance(p, list):
        for i, value in enumerate(p):
            tensors_of(value, f'{prefix}.{i}', out)
    elif p.ndim == 2 and p.size > 64:
        scale = np.maximum(np.abs(p).max(0), 1e-8).astype('<f4') / 127
        put(prefix, 'i8', np.clip(np.rint(p / scale), -127, 127).astype('i1'))
        put(prefix + '.scale', 'f32', scale.astype('<f4'))
    else:
        put(prefix, 'f32', np.asarray(p, '<f4'))


def write(path, nets, settings):
    tensors = {}
    for i, net in enumerate(nets):
        tensors_of(net, str(i), tensors)
    model = {
        'scorer': 'line-net',
        'fields': ['company', 'address', 'total', 'date'],
        'settings': {**settings, 'nets': len(nets), 'heads': HEADS},
        'tensors': tensors,
    }
    with open(path, 'w') as file:
        json.dump(model, file, separators=(',', ':'))
        file.write('\n')


apply = jax.jit(scores_of)


def right_shares(nets, entries):
    """Share of right choices by field, each group counting the same, of the mean of the nets."""
    hits = {}
    for entry in entries:
        batch = batch_of([entry], size_of(entry))
        chances = [{k: np.asarray(jax.nn.softmax(v, 1)) for k, v in apply(net, batch).items()} for net in nets]
        for name in ('name', 'address', 'amounts', 'dates'):
            if not batch[name + 'Right'].any():
                continue
            best = np.mean([one[name][0] for one in chances], 0)[:-1].argmax()
            hits.setdefault((entry['source'], name), {}).setdefault(entry['group'], []).append(batch[name + 'Right'][0, best])
    return {key: float(np.mean([np.mean(group) for group in groups.values()])) for key, groups in sorted(hits.items())}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('data')
    parser.add_argument('out')
    parser.add_argument('--folds', type=int, default=5)
    parser.add_argument('--only')
    parser.add_argument('--nets', type=int, default=1)
    parser.add_argument('--steps', type=int, default=450)
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--patterns', default=os.path.join(os.path.dirname(os.path.abspath(__file__)), 'patterns.json'))
    options = parser.parse_args()
    entries, widths = load(options.data)
    fold_of = folds_of(entries, options.folds)
    settings = json.load(open(options.patterns))
    os.makedirs(options.out, exist_ok=True)
    with open(os.path.join(options.out, 'folds.json'), 'w') as file:
        json.dump(fold_of, file)
    for fold in range(options.folds) if options.only is None else [int(k) for k in options.only.split(',')]:
        started = time.time()
        learned = [one for one in entries if one['augmented'] and fold_of[one['group']] != fold]
        nets, losses = zip(*(train(learned, widths, options.steps, options.seed + i) for i in range(options.nets)))
        name = f'fold{fold}'
        os.makedirs(os.path.join(options.out, name), exist_ok=True)
        write(os.path.join(options.out, name, 'lines.json'), nets, settings)
        kept = [one for one in entries if not one['augmented'] and fold_of[one['group']] == fold]
        shares = ' '.join(f'{s} {f} {v:.3f}' for (s, f), v in right_shares(nets, kept).items())
        print(f'{name}: {len(learned)} examples, loss {np.mean(losses):.3f}, {time.time() - started:.0f} s; {shares}', flush=True)


if __name__ == '__main__':
    main()
