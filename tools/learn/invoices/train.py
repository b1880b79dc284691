"""Learns the trees that score candidates of invoices, and writes them as the product reads them.

train.py MATRIX --out FOLDER            one model of everything: FOLDER/invoice.json
train.py MATRIX --out FOLDER --folds N  for each of N folds of groups of labelled documents a model that has not seen
                                        them: FOLDER/fold<k>/invoice.json and FOLDER/folds.json
MATRIX is what tools/learn/src/invoices/main.ts wrote.
"""
import argparse
import base64
import json
import os

os.environ.setdefault("OMP_NUM_THREADS", "2")
import lightgbm
import numpy as np
from scipy import sparse

ROUNDS = {"invoice_number": 80, "seller": 100, "buyer": 90, "tax_total": 60, "grand_total": 60}
LABELLED_WEIGHT = 6.0
# Of the wrong candidates of generated documents this share is learned from, and counts for all.
WRONG_SHARE = 0.4
UNKNOWN = 2
PARAMETERS = dict(
    objective="binary", learning_rate=0.13, num_leaves=24, min_data_in_leaf=15, feature_fraction=0.35,
    bagging_fraction=0.7, bagging_freq=1, lambda_l2=2, max_bin=63, use_missing=False, verbose=-1,
    num_threads=2, seed=1, deterministic=True, force_col_wise=True,
)


def read(folder):
    """The candidates by kind, whether each is right by field, and the documents."""
    with open(f"{folder}/documents.json", encoding="utf-8") as file:
        facts = json.load(file)
    kinds = {}
    for kind, names in facts["features"].items():
        ends = np.fromfile(f"{folder}/{kind}.indptr", np.int32)
        columns = np.fromfile(f"{folder}/{kind}.columns", np.uint16).astype(np.int32)
        values = np.fromfile(f"{folder}/{kind}.values", np.float32)
        rows = sparse.csr_matrix((values, columns, np.concatenate([[0], ends])), shape=(len(ends), len(names)))
        kinds[kind] = (rows, np.fromfile(f"{folder}/{kind}.document", np.int32))
    right = {field: np.fromfile(f"{folder}/{field}.right", np.uint8) for field in facts["kindOfField"]}
    return facts, kinds, right


def fit(facts, kinds, right, field, left_out):
    """Trees of a field; the labelled documents of some groups are left out. Groups count by the root of their size."""
    rows, document = kinds[facts["kindOfField"][field]]
    documents = facts["documents"]
    sizes = {}
    for one in documents:
        sizes[one["group"]] = sizes.get(one["group"], 0) + 1
    weight = np.array([
        0.0 if one["group"] in left_out and not one["generated"] else
        1.0 if one["generated"] else LABELLED_WEIGHT / sizes[one["group"]] ** 0.5 * 2
        for one in documents
    ])
    # A document none of whose candidates is right says nothing about them.
    found = np.zeros(len(documents), bool)
    found[document[right[field] == 1]] = True
    used = (right[field] != UNKNOWN) & (weight[document] > 0) & found[document]
    generated = np.array([one["generated"] for one in documents])
    common = generated[document] & (right[field] == 0)
    used &= ~common | (np.random.default_rng(1).random(len(document)) < WRONG_SHARE)
    weights = weight[document] * np.where(common, 1 / WRONG_SHARE, 1.0)
    data = lightgbm.Dataset(rows[used], right[field][used] == 1, weight=weights[used])
    return lightgbm.train(PARAMETERS, data, ROUNDS[field])


def tensor(kind, values):
    types = {"u16": np.uint16, "i16": np.int16, "f32": np.float32}
    values = np.asarray(values, types[kind])
    return {"type": kind, "shape": list(values.shape), "data": base64.b64encode(values.tobytes()).decode()}


def tensors(field, booster):
    """Nodes of all trees, each before its children; a child below 0 is -1 less a leaf."""
    roots, feature, threshold, left, right, leaves = [], [], [], [], [], []

    def add(node):
        if "leaf_value" in node:
            leaves.append(node["leaf_value"])
            return -len(leaves)
        place = len(feature)
        feature.append(node["split_feature"])
        threshold.append(node["threshold"])
        left.append(0)
        right.append(0)
        left[place] = add(node["left_child"])
        right[place] = add(node["right_child"])
        return place

    for tree in booster.dump_model()["tree_info"]:
        roots.append(add(tree["tree_structure"]))
    assert len(feature) < 2**15 and len(leaves) < 2**15
    return {
        f"{field}.roots": tensor("i16", roots),
        f"{field}.feature": tensor("u16", feature),
        f"{field}.threshold": tensor("f32", threshold),
        f"{field}.left": tensor("i16", left),
        f"{field}.right": tensor("i16", right),
        f"{field}.leaves": tensor("f32", leaves),
    }


def check(field, booster, written, rows):
    """Computes scores as libs/field-extraction/src/learned/trees.ts does, and compares them with those of LightGBM."""
    types = {"u16": np.uint16, "i16": np.int16, "f32": np.float32}
    named = {
        name.split(".")[1]: np.frombuffer(base64.b64decode(one["data"]), types[one["type"]])
        for name, one in written.items()
    }
    for row, wanted in zip(rows.toarray(), booster.predict(rows, raw_score=True)):
        total = 0.0
        for node in named["roots"]:
            while node >= 0:
                goes_left = row[named["feature"][node]] <= named["threshold"][node]
                node = named["left"][node] if goes_left else named["right"][node]
            total += named["leaves"][-1 - node]
        if abs(total - wanted) > 1e-3:
            raise ValueError(f"the written trees of {field} give {total}, LightGBM gives {wanted}")


def write(path, facts, kinds, boosters):
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    written = {}
    for field, booster in boosters.items():
        own = tensors(field, booster)
        check(field, booster, own, kinds[facts["kindOfField"][field]][0][:50])
        written.update(own)
    model = {
        "scorer": "invoice-trees",
        "fields": list(boosters),
        "settings": {f"{kind}Features": len(names) for kind, names in facts["features"].items()},
        "tensors": written,
    }
    with open(path, "w", encoding="utf-8") as file:
        json.dump(model, file, separators=(",", ":"))
        file.write("\n")
    print(f"wrote {path}: {os.path.getsize(path)} bytes", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("matrix")
    parser.add_argument("--out", required=True)
    parser.add_argument("--folds", type=int, default=0)
    parser.add_argument("--only", type=int, help="train this fold alone, where all of them take too long at once")
    given = parser.parse_args()
    facts, kinds, right = read(given.matrix)
    model = lambda left_out: {field: fit(facts, kinds, right, field, left_out) for field in ROUNDS}
    if given.folds == 0:
        write(f"{given.out}/invoice.json", facts, kinds, model([]))
        return
    sizes = {}
    for one in facts["documents"]:
        if not one["generated"]:
            sizes[one["group"]] = sizes.get(one["group"], 0) + 1
    filled, fold_of = [0] * given.folds, {}
    for group in sorted(sizes, key=lambda group: (-sizes[group], group)):
        fold_of[group] = filled.index(min(filled))
        filled[fold_of[group]] += sizes[group]
    os.makedirs(given.out, exist_ok=True)
    with open(f"{given.out}/folds.json", "w", encoding="utf-8") as file:
        json.dump(fold_of, file)
    for fold in range(given.folds):
        if given.only is None or given.only == fold:
            left_out = [group for group in fold_of if fold_of[group] == fold]
            write(f"{given.out}/fold{fold}/invoice.json", facts, kinds, model(left_out))


main()
