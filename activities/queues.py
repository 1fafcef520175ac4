"""Task queues: what can be scaled apart."""

CASES = "cases"  # all workflows, and the activities that record
PLANNER = "planner"  # optimisation: one slot per core, in processes of their own
NOTIFY = "notify"  # what leaves the house: messages and calls of other systems
ALL = (CASES, PLANNER, NOTIFY)
