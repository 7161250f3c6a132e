"""What an office sends, takes back and prints each quarter: ``healthplan ledger ...``.

``taskbook`` proposes a year's tasks and reads what the office confirmed, ``sheets`` writes a department's workbook,
``taking`` merges what came back cell by cell, ``lists`` and ``notice`` tell the verdicts, ``pages`` writes them; ``commands``
puts them in a row.
"""
