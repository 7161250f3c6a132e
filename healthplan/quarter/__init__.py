"""What an office sends, takes back and prints each quarter: ``healthplan ledger ...``.

``taskbook`` lists a year's tasks for the office to confirm, ``decisions`` what of a quarter waits for it, ``confirming`` takes
both back (``office`` reads rows and cells, ``goals`` and ``things`` what they decide; ``cells`` are the columns), ``sheets`` writes a department's workbook,
``taking`` merges what came back cell by cell, ``lists`` and ``notice`` tell the verdicts, ``pages`` writes them; every xlsx is
a ``book``; ``commands`` puts them in a row.
"""
