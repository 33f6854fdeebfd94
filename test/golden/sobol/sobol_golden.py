"""First points of the unscrambled Sobol sequence, from scipy (direction numbers of Joe and Kuo, new-joe-kuo-6.21201)."""
import json, sys
import scipy
from scipy.stats import qmc

COMMAND = "python test/golden/sobol/sobol_golden.py test/golden/sobol/sobol.json"
DIMENSIONS = 32
sampler = qmc.Sobol(d=DIMENSIONS, scramble=False)
first = sampler.random_base2(6)
# a few points far out: every direction number below 2^20 takes part
far = []
for index in (1000, 65535, 65536, 699050, 1048575):
    sampler.reset()
    sampler.fast_forward(index)
    far.append({"index": index, "point": sampler.random(1)[0].tolist()})
json.dump({"source": {"command": COMMAND, "scipy": scipy.__version__}, "dimensions": DIMENSIONS, "first": first.tolist(), "far": far}, open(sys.argv[1], "w"))
