"""Which visits each tile is given: those of its engineers, and in turn those that are left out."""

from collections.abc import Iterable, Mapping, Sequence

from scheduler.arrays import Ints
from scheduler.facts import NEVER
from scheduler.large_book import Book, Piece
from scheduler.large_spread import NOBODY
from scheduler.large_tiles import Key, Tile

WIDE = 4
"""A visit that is left out is offered to so many tiles by turns."""


class Offers:
    """Divides the visits among tiles; visits that depend on each other stay together."""

    def __init__(self, book: Book, near: Ints) -> None:
        """Prepare.

        Args:
            book: the plan so far, which changes meanwhile.
            near: for each visit the nearest able engineers, NOBODY where there are no more.
        """
        self._book, self._big, self._near = book, book.big, near
        self._units = self._big.coupling.units
        self._spans = [_spans(book, v) for v in range(len(self._big.visits))]
        self._keys_of: dict[int, list[Key]] = {}
        for key in self._big.slots:
            self._keys_of.setdefault(key[0], []).append(key)

    def expected(self, owner: Ints) -> dict[Key, float]:
        """Visits that each shift may get: those of its engineer, evenly."""
        counts: dict[int, int] = {}
        for e in owner.tolist():
            counts[e] = counts.get(e, 0) + 1
        return {(e, k): counts.get(e, 0) / len(self._keys_of[e]) for e, k in self._big.slots}

    def planned(self) -> dict[Key, float]:
        """Visits that each shift has."""
        return {key: float(len(route.visit_ids)) for key, route in self._book.routes.items()}

    def first(self, tiles: Sequence[Tile], owner: Ints) -> list[Piece]:
        """Every visit in one tile, for a plan from nothing."""
        tile_of = {key: t for t, tile in enumerate(tiles) for key in tile.keys}
        given: list[list[int]] = [[] for _ in tiles]
        coupled = self._big.coupling.visits
        order = sorted((v for v in range(len(owner)) if v not in coupled), key=lambda v: (self._freedom(v), v))
        for v in order:
            own = [] if owner[v] == NOBODY else [int(owner[v])]
            options = self._options(v, tile_of, own) or self._options(v, tile_of) or self._fallback(v, tiles, tile_of)
            if options:
                t = min(options, key=lambda t: len(given[t]) / len(tiles[t].keys)) if own else options[0]
                given[t].append(v)
        for unit in self._units:
            options = self._shared(unit, tile_of) or self._fallback(unit[0], tiles, tile_of)
            if options:
                given[options[0]] += unit
        return self._pieces(tiles, given)

    def again(self, tiles: Sequence[Tile], turn: int, extra: float | None) -> list[Piece]:
        """The visits as they are planned, and those that are left out by turns elsewhere.

        Args:
            tiles: each shift is in one of them.
            turn: the round.
            extra: of what is left out a tile gets no more than this share of its visits; None for all.
        """
        tile_of: dict[Key, int | None] = {key: t for t, tile in enumerate(tiles) for key in tile.keys}
        self._hold_torn(tile_of)
        kept = [Tile(tuple(k for k in tile.keys if tile_of[k] is not None), tile.first, tile.last) for tile in tiles]
        given = [self._book.visits_in(tile.keys) for tile in kept]
        room = [len(visits) if extra is None else max(15, int(extra * len(visits))) for visits in given]
        free = {key: t for key, t in tile_of.items() if t is not None}
        coupled = self._big.coupling.visits
        for v in self._book.left_out:
            options = [] if v in coupled else self._options(v, free)
            if not options and v not in coupled and extra is None:
                options = self._fallback(v, kept, free)
            t = options[(turn - 1) % min(WIDE, len(options))] if options else -1
            if options and (extra is None or room[t] > 0):
                given[t].append(v)
                room[t] -= 1
        for unit in self._units:
            self._offer_unit(unit, kept, free, turn, given)
        return self._pieces(kept, given)

    def _offer_unit(
        self, unit: list[int], tiles: Sequence[Tile], tile_of: Mapping[Key, int], turn: int, given: list[list[int]]
    ) -> None:
        """What is left out of a unit goes where the rest of it is, or all of it to one tile."""
        loose = [v for v in unit if self._book.where[v] is None]
        planned = {tile_of.get(key) for v in unit if (key := self._book.where[v]) is not None}
        if not loose or None in planned:
            return
        options = [t for t in planned if t is not None]
        if not options:
            shared = self._shared(unit, tile_of) or self._fallback(unit[0], tiles, tile_of)
            options = [shared[(turn - 1) % min(WIDE, len(shared))]] if shared else []
        if options:
            given[options[0]] += loose

    def _hold_torn(self, tile_of: dict[Key, int | None]) -> None:
        """Shifts with visits that depend on visits in another tile are left as they are."""
        torn = True
        while torn:
            torn = False
            for unit in self._units:
                keys = {key for v in unit if (key := self._book.where[v]) is not None}
                tiles = {tile_of.get(key) for key in keys}
                if len(tiles) > 1:
                    tile_of.update(dict.fromkeys(keys))
                    torn = True

    def _pieces(self, tiles: Sequence[Tile], given: Sequence[list[int]]) -> list[Piece]:
        return self._book.pieces(
            [(tile.keys, own) for tile, own in zip(tiles, given, strict=True) if tile.keys and own]
        )

    def _options(
        self, v: int, tile_of: Mapping[Key, int], crew: Iterable[int] | None = None, any_time: bool = False
    ) -> list[int]:
        """The tiles with able engineers at times that the visit allows, the nearest first."""
        found: dict[int, None] = {}
        for e in self._near[v].tolist() if crew is None else crew:
            for key in self._keys_of.get(e, ()):
                t = tile_of.get(key)
                if t is not None and t not in found and (any_time or self._allows(v, key)):
                    found[t] = None
        return list(found)

    def _fallback(self, v: int, tiles: Sequence[Tile], tile_of: Mapping[Key, int]) -> list[int]:
        """Where it is found out why nobody can do a visit: with those who could at another time, or anywhere."""
        nearest = self._options(v, tile_of, any_time=True) or [t for t, tile in enumerate(tiles) if tile.keys]
        return nearest[:1]

    def _allows(self, v: int, key: Key) -> bool:
        shift = self._big.engineers[key[0]].shifts[key[1]]
        last = shift.end + shift.overtime_limit
        return any(first <= last and end >= shift.start for first, end in self._spans[v])

    def _freedom(self, v: int) -> int:
        """How many seconds there are for the start of a visit: the least free ones choose first."""
        return sum(end - first for first, end in self._spans[v])

    def _shared(self, unit: list[int], tile_of: Mapping[Key, int]) -> list[int]:
        """The tiles that suit most visits of a unit, the nearest of them first."""
        counts: dict[int, int] = {}
        for v in unit:
            for t in self._options(v, tile_of):
                counts[t] = counts.get(t, 0) + 1
        most = max(counts.values(), default=0)
        return [t for t, count in counts.items() if count == most]


def _spans(book: Book, v: int) -> tuple[tuple[int, int], ...]:
    """When a visit may start, by its windows or its pin."""
    visit = book.big.visits[v]
    pinned = None if visit.pin is None else visit.pin.window
    if pinned is not None:
        return ((pinned.start, pinned.end),)
    if not visit.windows:
        return ((visit.earliest, NEVER),)
    return tuple((max(window.start, visit.earliest), window.end) for window in visit.windows)
