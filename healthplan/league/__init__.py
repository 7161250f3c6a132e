"""Areas beside each other: how exactly the level and the speed of each one are known, and whom they tell apart."""

from healthplan.league.levels import league
from healthplan.league.speeds import speeds

__all__ = ["league", "speeds"]
