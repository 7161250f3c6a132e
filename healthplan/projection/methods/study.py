"""statsmodels' methods for the study of single series: slow, one series at a time, imported when used. Each gives the
forecast and its 80 and 95 % intervals as (ahead, 5); NaN where the fit fails."""

import warnings
from collections.abc import Callable

import numpy as np


def ets(y: np.ndarray, ahead: int) -> np.ndarray:
    """Damped trend in state-space form, parameters and start estimated (Hyndman et al. 2008)."""
    from pandas import Series  # the intervals of this model are given for a Series only
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    options = {"error": "add", "trend": "add", "damped_trend": True}

    def fit():
        model = ETSModel(Series(y), initialization_method="estimated", **options)
        return model.fit(disp=False).get_prediction(len(y), len(y) + ahead - 1)

    return _guarded(fit, ahead)


def unobserved_components(y: np.ndarray, ahead: int) -> np.ndarray:
    """Local linear trend (Harvey 1989)."""
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    return _guarded(lambda: UnobservedComponents(y, "local linear trend").fit(disp=False).get_forecast(ahead), ahead)


def arima(y: np.ndarray, ahead: int) -> np.ndarray:
    """ARIMA(0, 1, 1) with drift: the commonest model of yearly series (Box & Jenkins 1970)."""
    from statsmodels.tsa.arima.model import ARIMA

    return _guarded(lambda: ARIMA(y, order=(0, 1, 1), trend="t").fit().get_forecast(ahead), ahead)


def _guarded(fit: Callable, ahead: int) -> np.ndarray:
    out = np.full((ahead, 5), np.nan)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found = fit()
            out[:, 0] = np.asarray(found.predicted_mean)
            out[:, 1:3], out[:, 3:] = _interval(found, 0.2), _interval(found, 0.05)
        except Exception:  # whatever the library raises on a short series is a fit that failed
            return np.full((ahead, 5), np.nan)
    return out if np.isfinite(out).all() else np.full((ahead, 5), np.nan)


def _interval(found, alpha: float) -> np.ndarray:
    if hasattr(found, "conf_int"):
        return np.asarray(found.conf_int(alpha=alpha))
    return np.asarray(found.pred_int(alpha=alpha))


METHODS: dict[str, Callable[[np.ndarray, int], np.ndarray]] = {
    "statsmodels_ets": ets,
    "statsmodels_unobserved_components": unobserved_components,
    "statsmodels_arima": arima,
}
