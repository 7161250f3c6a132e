"""Forecasting methods: numpy only, whole batches, each a small function with its source."""
