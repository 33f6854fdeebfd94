"""Golden values for core/statistics, from scipy, statsmodels and numpy."""
import json, sys
import numpy as np, scipy, statsmodels
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint
rng = np.random.default_rng(2308)
out = {"source": {"command": "python test/golden/statistics_golden.py test/golden/statistics.json", "numpy": np.__version__, "scipy": scipy.__version__, "statsmodels": statsmodels.__version__}}
out["mcnemar"] = [{"onlyFirst": b, "onlySecond": c, "pValue": float(mcnemar([[0, b], [c, 0]], exact=True).pvalue)} for b, c in
    [(0, 1), (1, 0), (5, 5), (5, 6), (3, 12), (0, 20), (40, 71), (700, 800), (2000, 2100), (10, 2500)]]
ps = [[0.01, 0.04, 0.03], [0.5, 0.5], [0.001, 0.2, 0.02, 0.02, 0.9, 0.0004], [1.0, 0.9], [0.03]]
out["holm"] = [{"pValues": p, "adjusted": multipletests(p, method="holm")[1].tolist()} for p in ps]
x = rng.normal(0.3, 1.0, 40).round(6)
out["mean"] = {"values": x.tolist(), "mean": float(x.mean()), "stderr": float(stats.sem(x)),
    "normal": list(map(float, stats.norm.interval(0.95, loc=x.mean(), scale=stats.sem(x))))}
out["wilson"] = [{"share": k / n, "n": n, "interval": list(map(float, proportion_confint(k, n, method="wilson")))} for k, n in [(0, 10), (10, 10), (112, 150), (1, 817)]]
q = np.sort(rng.normal(size=37)).round(6)
out["quantile"] = {"sorted": q.tolist(), "p": [0, 0.025, 0.1, 0.5, 0.975, 1], "values": np.quantile(q, [0, 0.025, 0.1, 0.5, 0.975, 1]).tolist()}
# percentile intervals with a million resamples: the limit that 10,000 seeded draws approach
b = stats.bootstrap((x,), np.mean, n_resamples=1_000_000, method="percentile", rng=np.random.default_rng(1), batch=10_000)
out["bootstrap"] = {"low": float(b.confidence_interval.low), "high": float(b.confidence_interval.high), "stderr": float(b.standard_error)}
w = rng.integers(100, 256, 30); l1 = (w * rng.gamma(20, 0.03, 30)).round(6); l2 = (l1 + w * rng.normal(0.02, 0.05, 30)).round(6)
ppl = lambda a, b, c, axis=-1: np.exp(b.sum(axis) / c.sum(axis)) - np.exp(a.sum(axis) / c.sum(axis))
r = stats.bootstrap((l1, l2, w.astype(float)), ppl, n_resamples=300_000, method="percentile", paired=True, vectorized=True, rng=np.random.default_rng(2), batch=10_000)
out["ratio"] = {"weights": w.tolist(), "first": l1.tolist(), "second": l2.tolist(), "difference": float(ppl(l1, l2, w)),
    "low": float(r.confidence_interval.low), "high": float(r.confidence_interval.high), "stderr": float(r.standard_error)}
# three treatments, permuted within 12 examples; scipy's permutation_test shuffles the samples of each pairing
s = rng.normal(0, 1, (12, 3)) + rng.normal(0, 2, (12, 1)) + np.array([0, 0.4, 0.9]); s = s.round(6)
spread = lambda *t, axis=-1: np.var(np.stack([a.mean(axis) for a in t]), axis=0)
pt = stats.permutation_test(tuple(s.T), spread, permutation_type="samples", n_resamples=200_000, alternative="greater", vectorized=True, rng=np.random.default_rng(3), batch=10_000)
out["permutation"] = {"scores": s.tolist(), "statistic": float(pt.statistic), "pValue": float(pt.pvalue)}
json.dump(out, open(sys.argv[1], "w"))
