"""People's messy files in; tidy tables out, or one report of every fault."""

from healthplan.intake.readers import Intake, read_figures, read_parameters, read_targets

__all__ = ["Intake", "read_figures", "read_parameters", "read_targets"]
