"""Puts nets of several folds together into one model, whose scores are their mean.

combine.py OUT FOLD/lines.json ...
Each net has learned from all merchants but those of its fold; together they have learned from all (Parmanto, Munro and
Doyle, 1996, call it a cross-validation committee).
"""

import json
import sys


def main():
    out, *paths = sys.argv[1:]
    models = [json.load(open(path)) for path in paths]
    tensors, nets = {}, 0
    for model in models:
        for name, tensor in model['tensors'].items():
            net, rest = name.split('.', 1)
            tensors[f'{nets + int(net)}.{rest}'] = tensor
        nets += model['settings']['nets']
    first = models[0]
    combined = {**first, 'settings': {**first['settings'], 'nets': nets}, 'tensors': tensors}
    with open(out, 'w') as file:
        json.dump(combined, file, separators=(',', ':'))
        file.write('\n')


if __name__ == '__main__':
    main()
