# The front door. Everything it does stands in tasks.py, which also runs where there is no make.
PYTHON ?= python3
TASKS = report test kill check lab docs prior bench wheelhouse lock setup clean help

.DEFAULT_GOAL := help
.PHONY: $(TASKS)
$(TASKS):
	@"$(PYTHON)" tasks.py $@
