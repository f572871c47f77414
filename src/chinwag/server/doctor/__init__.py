"""Whether all that the settings name works, found out by using it: what `chinwag doctor` tells."""

from chinwag.server.doctor.chart import Finding, State
from chinwag.server.doctor.rounds import examine

__all__ = ["Finding", "State", "examine"]
