"""Golden values for order studies: rank correlation, Mantel's test, effect sizes, omnibus test; from scipy, statsmodels, numpy."""
import itertools, json, sys
import numpy as np, scipy, statsmodels
from scipy import stats
from scipy.spatial.distance import squareform
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests

COMMAND = "python test/golden/statistics_orders_golden.py test/golden/statistics_orders.json"
rng = np.random.default_rng(20823)
out = {"source": {"command": COMMAND, "numpy": np.__version__, "scipy": scipy.__version__, "statsmodels": statsmodels.__version__}}

def mantel(a, b):
    """Exact, one-sided, of Spearman's rho over condensed distances."""
    n = squareform(a).shape[0]
    square = squareform(stats.rankdata(a), checks=False)
    upper = np.triu_indices(n, 1)
    ranks = stats.rankdata(b)
    # twice the average ranks are integers: sums are exact, and ties of the statistic are ties
    sums = [np.sum(np.rint(2 * square[np.ix_(p, p)][upper]) * np.rint(2 * ranks)) for p in map(list, itertools.permutations(range(n)))]
    return float(np.mean(np.array(sums) >= sums[0]))

ties = [[1, 2, 2, 3, 5, 5, 5, 9], [3, 1, 4, 4, 4, 8, 0, 7]]
samples = [rng.normal(size=(2, 20)).round(3).tolist(), ties, [[1, 2, 3], [3, 2, 1]]]
out["spearman"] = [{"first": a, "second": b, "rho": float(stats.spearmanr(a, b).statistic)} for a, b in samples]
out["mantel"] = []
for n in (3, 4, 6, 8):
    a = rng.gamma(2, 1, n * (n - 1) // 2).round(2)
    b = ((0.3 if n == 8 else 1) * a + rng.gamma(2, 0.7, len(a))).round(1)
    out["mantel"].append({"things": n, "first": a.tolist(), "second": b.tolist(), "rho": float(stats.spearmanr(a, b).statistic), "pValue": mantel(a, b)})

# 3 treatments of 4 examples: all 6^4 ways of permuting within examples
s = (rng.normal(0, 1, (4, 3)) + np.array([0, 0.8, 1.6])).round(6)
spread = lambda table: np.var(table.mean(0))
ways = [spread(np.array([row[list(p)] for row, p in zip(s, ps)])) for ps in itertools.product(itertools.permutations(range(3)), repeat=4)]
out["omnibus"] = {"scores": s.tolist(), "statistic": float(spread(s)), "pValue": float(np.mean(np.array(ways) >= spread(s) * (1 - 1e-12)))}

# four orders, two benchmarks; null where an example does not count in an arm
arms, examples, blocks = 4, 40, 12
ability = rng.normal(size=examples)
shift = np.array([0, 0.1, 0.5, 0.9])
mc1 = (ability[:, None] + shift + rng.normal(0, 0.7, (examples, arms)) > 0).astype(float)
mc2 = (1 / (1 + np.exp(-(ability[:, None] + shift + rng.normal(0, 0.3, (examples, arms)))))).round(6)
missing = [(3, 1), (17, 2)]
weight = rng.integers(50, 128, blocks)
loss = (weight[:, None] * (rng.gamma(20, 0.1, blocks)[:, None] + 0.05 * shift + rng.normal(0, 0.02, (blocks, arms)))).round(6)
right = np.minimum(weight[:, None], np.rint(weight[:, None] * (0.4 - 0.02 * shift + rng.normal(0, 0.02, (blocks, arms)))))
gaps = [0.02, 0.11, 0.18, 0.09, 0.16, 0.1]
pairs = list(itertools.combinations(range(arms), 2))
keep = np.array([i not in {m[0] for m in missing} for i in range(examples)])
def of_pair(i, j):
    rows = np.array([(r, i) not in missing and (r, j) not in missing for r in range(examples)])
    d2 = (mc2[rows, j] - mc2[rows, i]); b = int(np.sum((mc1[:, i] == 1) & (mc1[:, j] == 0))); c = int(np.sum((mc1[:, i] == 0) & (mc1[:, j] == 1)))
    dl = loss[:, j] - loss[:, i]; dr = right[:, j] - right[:, i]
    mean = lambda a, k: np.exp(a[:, k].sum() / weight.sum())
    return {"mc1": {"difference": float(mc1[:, j].mean() - mc1[:, i].mean()), "pValue": float(mcnemar([[0, b], [c, 0]], exact=True).pvalue), "effectSize": c / (b + c) - 0.5 if b + c else None},
        "mc2": {"difference": float(d2.mean()), "effectSize": float(d2.mean() / d2.std(ddof=1))},
        "perplexity": {"difference": float(mean(loss, j) - mean(loss, i)), "effectSize": float(dl.mean() / dl.std(ddof=1))},
        "accuracy": {"difference": float(dr.sum() / weight.sum()), "effectSize": float(dr.mean() / dr.std(ddof=1))}}
compared = [of_pair(i, j) for i, j in pairs]
holm = multipletests([c["mc1"]["pValue"] for c in compared], method="holm")[1]
for c, p in zip(compared, holm): c["mc1"]["pAdjusted"] = float(p)
def omnibus(table):
    statistic = lambda *t, axis=-1: np.var(np.stack([a.mean(axis) for a in t]), axis=0)
    r = stats.permutation_test(tuple(table.T), statistic, permutation_type="samples", n_resamples=100_000, alternative="greater", vectorized=True, rng=np.random.default_rng(3), batch=10_000)
    return {"statistic": float(r.statistic), "pValue": float(r.pvalue), "n": len(table)}
# weights are those of the text: a block's share in the mean loss per token is loss / mean weight
# equal differences must tie in spite of rounding
predict = lambda metric: (lambda size: {"spearman": float(stats.spearmanr(gaps, size).statistic), "pValue": mantel(np.array(gaps), size)})(np.array([abs(c[metric]["difference"]) for c in compared]).round(10))
names = ("mc1", "mc2", "perplexity", "accuracy")
out["study"] = {"mc1": mc1.tolist(), "mc2": [[None if (r, a) in missing else mc2[r, a] for a in range(arms)] for r in range(examples)],
    "weight": weight.tolist(), "loss": loss.tolist(), "right": right.tolist(), "gaps": gaps, "pairs": compared,
    "omnibus": {"mc1": omnibus(mc1), "mc2": omnibus(mc2[keep]), "perplexity": omnibus(loss / weight.mean()), "accuracy": omnibus(right / weight.mean())},
    "predictions": {name: predict(name) for name in names}}
json.dump(out, open(sys.argv[1], "w"))
