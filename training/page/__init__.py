"""The evaluation report: one HTML page, made from `metrics.json` and the figures in `docs/`."""
