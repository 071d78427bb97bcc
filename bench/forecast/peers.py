"""Runs statsforecast's models, each over every series, one thread. Reads one JSON object from stdin, writes a JSON line a model.

Wanted: pip install statsforecast==2.1.1
"""

import json
import sys
import time
import warnings

import numpy as np
from statsforecast import models as m

warnings.filterwarnings("ignore")
asked = json.load(sys.stdin)
season, horizon = asked["season"], asked["horizon"]
series = [np.array([np.nan if v is None else v for v in y], dtype=np.float64) for y in asked["series"]]
# Their models take no missing values.
series = [y[~np.isnan(y)] for y in series]

MODELS = {
    "Naive": lambda: m.Naive(),
    "SeasonalNaive": lambda: m.SeasonalNaive(season),
    "WindowAverage": lambda: m.WindowAverage(horizon),
    "SeasonalWindowAverage": lambda: m.SeasonalWindowAverage(season, 2),
    "SimpleExponentialSmoothing": lambda: m.SimpleExponentialSmoothing(0.1),
    "SimpleExponentialSmoothingOptimized": lambda: m.SimpleExponentialSmoothingOptimized(),
    "CrostonClassic": lambda: m.CrostonClassic(),
    "CrostonOptimized": lambda: m.CrostonOptimized(),
    "CrostonSBA": lambda: m.CrostonSBA(),
    "TSB": lambda: m.TSB(0.1, 0.1),
    "ADIDA": lambda: m.ADIDA(),
    "IMAPA": lambda: m.IMAPA(),
    "Theta": lambda: m.Theta(season),
    "OptimizedTheta": lambda: m.OptimizedTheta(season),
    "DynamicTheta": lambda: m.DynamicTheta(season),
    "DynamicOptimizedTheta": lambda: m.DynamicOptimizedTheta(season),
    "Holt": lambda: m.AutoETS(season, model="AAN", damped=False),
    "DampedHolt": lambda: m.AutoETS(season, model="AAN", damped=True),
    "HoltWintersA": lambda: m.AutoETS(season, model="AAA", damped=False),
    "HoltWintersM": lambda: m.AutoETS(season, model="MAM", damped=False),
    "AutoCES": lambda: m.AutoCES(season),
    "AutoETS": lambda: m.AutoETS(season),
}

deadline = time.monotonic() + asked["seconds_max"]
for name in asked["models"]:
    model = MODELS[name]()
    # The first call loads code.
    try:
        model.forecast(y=series[0], h=horizon)
    except Exception:
        pass
    started = time.perf_counter()
    means, failed = [], 0
    for y in series:
        if time.monotonic() > deadline:
            break
        try:
            mean = model.forecast(y=y, h=horizon)["mean"]
            if not np.all(np.isfinite(mean)):
                raise ValueError("not finite")
            means.append([float(v) for v in mean])
        except Exception:
            failed += 1
            means.append(None)
    seconds = time.perf_counter() - started
    done = len(means) == len(series)
    print(json.dumps({"model": name, "seconds": seconds, "failed": failed, "means": means if done else None}), flush=True)
