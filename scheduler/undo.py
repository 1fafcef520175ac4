"""Compiled: a step of the search saves each route before it changes it, so that it can be undone."""

from scheduler import search_views as own
from scheduler import views
from scheduler.address import compiled
from scheduler.search_views import MARKED, TOUCHED
from scheduler.supplies import book
from scheduler.tables import LENGTH, WHERE


@compiled
def touch(s, n_touched, t, u):
    """Save a route before its first change in this step. Returns how many routes are touched."""
    by_slot = own.by_slot(u)
    if by_slot[MARKED, s]:
        return n_touched
    by_slot[MARKED, s] = 1
    by_slot[TOUCHED, n_touched] = s
    items, info, labels, taken = views.items(t), views.info(t), views.labels(t), views.taken(t)
    kept_items, kept_info, kept_labels = own.kept_items(u), own.kept_info(u), own.kept_labels(u)
    for c in range(info.shape[1]):
        kept_info[s, c] = info[s, c]
    for k in range(info[s, LENGTH] + 1):
        kept_items[s, k] = items[s, k]
        for c in range(labels.shape[2]):
            kept_labels[s, k, c] = labels[s, k, c]
    if taken.shape[2]:
        kept_taken = own.kept_taken(u)
        for i in range(taken.shape[1]):
            for part in range(taken.shape[2]):
                kept_taken[s, i, part] = taken[s, i, part]
    return n_touched + 1


@compiled
def restore(s, t, u):
    """Undo what happened to a route since ``touch``."""
    items, info, labels, node, taken = views.items(t), views.info(t), views.labels(t), views.node(t), views.taken(t)
    kept_items, kept_info, kept_labels = own.kept_items(u), own.kept_info(u), own.kept_labels(u)
    if taken.shape[2]:
        kept_taken = own.kept_taken(u)
        book(s, 1, t)
        for i in range(taken.shape[1]):
            for part in range(taken.shape[2]):
                taken[s, i, part] = kept_taken[s, i, part]
        book(s, -1, t)
    for c in range(info.shape[1]):
        info[s, c] = kept_info[s, c]
    for k in range(info[s, LENGTH] + 1):
        items[s, k] = kept_items[s, k]
        if k < info[s, LENGTH] and items[s, k] < views.visits(t):
            node[items[s, k], WHERE] = s
        for c in range(labels.shape[2]):
            labels[s, k, c] = kept_labels[s, k, c]
