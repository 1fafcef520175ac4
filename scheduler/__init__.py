"""The scheduler: a problem in, a plan out. Pure, seeded, whole seconds; no database, clock or network."""

from scheduler.compiled_code import choose_folder

choose_folder()
