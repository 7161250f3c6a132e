"""The ledger of a plan's year: what each quarter asks, what came back, and what can be said of it at its cut-off.

``store`` holds its tables (``data/plans/<plan>/ledger/*.csv``), ``quarters`` the calendar, ``figures`` what the accepted
entries say of a task, ``pace`` what it should have reached, ``chance`` how likely the year's goal is, ``judge`` the
verdicts. What is sent, taken and printed stands in :mod:`healthplan.quarter`.
"""
