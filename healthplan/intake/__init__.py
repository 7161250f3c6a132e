"""People's messy files in; tidy tables out, or one report of every fault."""

from healthplan.intake.apart import Sieve, in_short, sound_panel
from healthplan.intake.opening import open_book
from healthplan.intake.readers import (
    KINDS,
    Intake,
    as_candidates,
    read_any,
    read_figures,
    read_parameters,
    read_targets,
    register,
    remember_heads,
)
from healthplan.intake.userfiles import (
    answered_none,
    diff_file,
    diff_observations,
    held_together,
    load_user_observations,
    set_aside,
    take_file,
    taken_without,
    whole,
)

__all__ = [
    "KINDS",
    "Intake",
    "Sieve",
    "answered_none",
    "as_candidates",
    "diff_file",
    "diff_observations",
    "held_together",
    "in_short",
    "load_user_observations",
    "open_book",
    "read_any",
    "read_figures",
    "read_parameters",
    "read_targets",
    "register",
    "remember_heads",
    "set_aside",
    "sound_panel",
    "take_file",
    "taken_without",
    "whole",
]
