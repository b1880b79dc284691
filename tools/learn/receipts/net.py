"""The line net: the same computation as libs/field-extraction/src/line-net/net.ts, for training."""

import jax
import jax.numpy as jnp
import numpy as np

WIDTH, INNER, HEADS, POSITIONS, BLOCKS, CONVOLUTIONS = 64, 128, 4, 64, 2, 2
LONGEST = (4, 8)  # lines of a name, of an address
FIELDS = ('name', 'address')


def initial(seed, line_features, amount_features, date_features, width=WIDTH, inner=INNER):
    rng = np.random.default_rng(seed)

    def matrix(rows, columns):
        limit = np.sqrt(6.0 / (rows + columns))
        return {'w': rng.uniform(-limit, limit, (rows, columns)).astype(np.float32), 'b': np.zeros(columns, np.float32)}

    def norm():
        return {'g': np.ones(width, np.float32), 'b': np.zeros(width, np.float32)}

    def head(features, hidden):
        return {'hidden': matrix(width + features, hidden), 'out': matrix(hidden, 1)}

    return {
        'input': matrix(line_features, width),
        'inputNorm': norm(),
        'positions': (0.02 * rng.standard_normal((POSITIONS, width))).astype(np.float32),
        'convolutions': [{'taps': matrix(3 * width, width), 'norm': norm()} for _ in range(CONVOLUTIONS)],
        'blocks': [
            {
                'attentionNorm': norm(),
                'queries': matrix(width, width),
                'keys': matrix(width, width),
                'values': matrix(width, width),
                'joined': matrix(width, width),
                'innerNorm': norm(),
                'wide': matrix(width, inner),
                'narrow': matrix(inner, width),
            }
            for _ in range(BLOCKS)
        ],
        'outputNorm': norm(),
        'spans': matrix(width, 3 * len(FIELDS)),
        'lengths': np.zeros((len(FIELDS), max(LONGEST)), np.float32),
        'none': np.zeros(len(FIELDS) + 2, np.float32),
        'amounts': head(amount_features, 64),
        'dates': head(date_features, 32),
    }


def dense(x, p):
    return x @ p['w'] + p['b']


def normalised(x, p):
    mean = x.mean(-1, keepdims=True)
    variance = ((x - mean) ** 2).mean(-1, keepdims=True)
    return (x - mean) / jnp.sqrt(variance + 1e-5) * p['g'] + p['b']


def dropped(x, key, rate):
    if key is None:
        return x
    return x * jax.random.bernoulli(key, 1 - rate, x.shape) / (1 - rate)


def line_vectors(p, lines, mask, keys, rate, heads=HEADS):
    """lines: batch x n x features, mask: batch x n."""
    key = (lambda: None) if keys is None else keys
    m = mask[..., None]
    x = jax.nn.gelu(normalised(dense(lines, p['input']), p['inputNorm']), approximate=True)
    n = lines.shape[1]
    x = x + p['positions'][np.minimum(np.arange(n), p['positions'].shape[0] - 1)]
    for layer in p['convolutions']:
        y = x * m
        before = jnp.pad(y, ((0, 0), (1, 0), (0, 0)))[:, :-1]
        after = jnp.pad(y, ((0, 0), (0, 1), (0, 0)))[:, 1:]
        taps = dense(jnp.concatenate([before, y, after], -1), layer['taps'])
        x = x + dropped(jax.nn.gelu(normalised(taps, layer['norm']), approximate=True), key(), rate)
    for block in p['blocks']:
        y = normalised(x, block['attentionNorm'])
        split = lambda z: z.reshape(z.shape[0], z.shape[1], heads, -1)
        q, k, v = (split(dense(y, block[name])) for name in ('queries', 'keys', 'values'))
        scores = jnp.einsum('bqhd,bkhd->bhqk', q, k) / np.sqrt(q.shape[-1])
        shares = jax.nn.softmax(jnp.where(mask[:, None, None, :], scores, -1e9), -1)
        seen = jnp.einsum('bhqk,bkhd->bqhd', dropped(shares, key(), rate), v).reshape(y.shape)
        x = x + dropped(dense(seen, block['joined']), key(), rate)
        y = dropped(jax.nn.relu(dense(normalised(x, block['innerNorm']), block['wide'])), key(), rate)
        x = x + dropped(dense(y, block['narrow']), key(), rate)
    return normalised(x, p['outputNorm'])


def scores_of(p, batch, keys=None, rate=0.0, heads=HEADS):
    """Scores by field; the last one is "none"."""
    mask = batch['mask']
    x = line_vectors(p, batch['lines'], mask, keys, rate, heads)
    n = mask.shape[1]
    out = {}
    spans = dense(x, p['spans'])
    for f, (name, longest) in enumerate(zip(FIELDS, LONGEST)):
        start, end, inside = (spans[..., 3 * f + k] for k in range(3))
        sums = jnp.pad(jnp.cumsum(inside * mask, 1), ((0, 0), (1, 0)))
        rows = []
        for length in range(1, longest + 1):
            if n < length:
                rows.append(jnp.full(mask.shape, -1e9))
                continue
            here = start[:, : n - length + 1] + end[:, length - 1 :] + sums[:, length:] - sums[:, : n - length + 1]
            here = jnp.where(mask[:, length - 1 :], here + p['lengths'][f, length - 1], -1e9)
            rows.append(jnp.pad(here, ((0, 0), (0, length - 1)), constant_values=-1e9))
        none = jnp.broadcast_to(p['none'][f], (mask.shape[0], 1))
        out[name] = jnp.concatenate([jnp.concatenate(rows, 1), none], 1)
    for f, name in enumerate(('amounts', 'dates')):
        index, features, valid = batch[name + 'Line'], batch[name], batch[name + 'Mask']
        at = jnp.take_along_axis(x, index[..., None], 1)
        hidden = jax.nn.relu(dense(jnp.concatenate([at, features], -1), p[name]['hidden']))
        if keys is not None:
            hidden = dropped(hidden, keys(), rate)
        score = jnp.where(valid, dense(hidden, p[name]['out'])[..., 0], -1e9)
        none = jnp.broadcast_to(p['none'][len(FIELDS) + f], (mask.shape[0], 1))
        out[name] = jnp.concatenate([score, none], 1)
    return out


def loss_of(p, batch, seed, rate):
    root = jax.random.PRNGKey(seed)
    count = iter(range(100))
    scores = scores_of(p, batch, lambda: jax.random.fold_in(root, next(count)), rate)
    total = 0.0
    for name, weight in (('name', 1.0), ('address', 1.0), ('amounts', 1.0), ('dates', 0.7)):
        logs = jax.nn.log_softmax(scores[name], 1)
        target = batch[name + 'Right']  # 1 for every right place
        known = target.any(1)
        right = jax.nn.logsumexp(jnp.where(target, logs, -1e9), 1)
        total = total - weight * jnp.where(known, right, 0.0).sum() / jnp.maximum(1, known.sum())
    return total
