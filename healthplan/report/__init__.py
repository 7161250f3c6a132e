"""Reports: notebooks run by papermill, written as single self-contained pages, linked by an index."""
