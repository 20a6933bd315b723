"""What upstream charts bring into a cluster, recorded from real renders, so that gates can judge it offline.

`read_recorded(root).of(application, kubernetes)` gives the facts of one Application's chart.
"""

from groundplan.chart_facts.facts import ChartFacts
from groundplan.chart_facts.release import ReleaseInput, inputs_of
from groundplan.chart_facts.store import Entry, Recorded, read_recorded

__all__ = ["ChartFacts", "Entry", "Recorded", "ReleaseInput", "inputs_of", "read_recorded"]
