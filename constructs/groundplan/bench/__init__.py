"""The benchmark: what a run costs, beside what nobody could undercut and what others take for the same objects."""
