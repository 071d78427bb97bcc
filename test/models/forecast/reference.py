"""Writes reference.json: forecasts of generated series by statsforecast 2.1.1, which the tests compare ours with.

  pip install statsforecast==2.1.1 && python test/models/forecast/reference.py
"""

import json
import warnings
from pathlib import Path

import numpy as np
from statsforecast import models as m

warnings.filterwarnings("ignore")
rng = np.random.default_rng(7)
t = np.arange(60)
season = 1 + 0.4 * np.sin(2 * np.pi * t / 12)
SERIES = {
    "seasonal": (100 + t) * season + rng.normal(0, 4, 60),
    "level": 50 + rng.normal(0, 5, 48),
    "trend": 20 + 0.7 * t[:40] + rng.normal(0, 3, 40),
    "walk": 30 + np.cumsum(rng.normal(0, 1, 50)),
    "intermittent": (rng.random(60) < 0.3) * rng.integers(1, 9, 60),
    "rare": (rng.random(60) < 0.08) * rng.integers(1, 4, 60),
    "short": np.array([3.0, 1, 4, 1, 5, 9, 2, 6]),
}
HORIZON, SEASON = 6, 12
MODELS = {
    "naive": m.Naive(),
    "seasonal naive": m.SeasonalNaive(SEASON),
    "window average": m.WindowAverage(7),
    "seasonal window average": m.SeasonalWindowAverage(SEASON, 2),
    "ses": m.SimpleExponentialSmoothing(0.2),
    "croston": m.CrostonClassic(),
    "sba": m.CrostonSBA(),
    "tsb": m.TSB(0.2, 0.1),
    "croston optimised": m.CrostonOptimized(),
    "ses optimised": m.SimpleExponentialSmoothingOptimized(),
    "adida": m.ADIDA(),
    "imapa": m.IMAPA(),
    "theta": m.Theta(SEASON),
    "theta dynamic optimised": m.DynamicOptimizedTheta(SEASON),
    "holt": m.AutoETS(SEASON, model="AAN", damped=False),
    "damped": m.AutoETS(SEASON, model="AAN", damped=True),
    "holt-winters": m.AutoETS(SEASON, model="AAA", damped=False),
    "holt-winters multiplicative": m.AutoETS(SEASON, model="MAM", damped=False),
    "ces": m.AutoCES(SEASON),
    "ets": m.AutoETS(SEASON),
}


def forecast(model, y):
    try:
        mean = model.forecast(y=y, h=HORIZON)["mean"]
    except Exception:
        return None
    return [float(v) for v in mean] if np.all(np.isfinite(mean)) else None


series = {name: [float(round(v, 2)) for v in y] for name, y in SERIES.items()}
forecasts = {
    model_name: {name: forecast(model, np.array(y)) for name, y in series.items()}
    for model_name, model in MODELS.items()
}
out = {"horizon": HORIZON, "season": SEASON, "series": series, "forecasts": forecasts}
(Path(__file__).parent / "reference.json").write_text(json.dumps(out, indent=1))
