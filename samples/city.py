"""Hamburg: its quarters with their public coordinates, in the three territories of the sample company."""

from random import Random

from domain.ids import TerritoryId
from samples.company import Place, Territory

TIME_ZONE = "Europe/Berlin"

WEST, NORTH, SOUTH = TerritoryId("HH-WEST"), TerritoryId("HH-NORTH"), TerritoryId("HH-SOUTH")

# Latitude and longitude of each outline: roughly the seven districts, joined to three areas.
_WEST_OUTLINE = (
    (53.540, 9.600), (53.540, 9.955), (53.5625, 9.955), (53.5625, 10.003), (53.584, 10.003), (53.584, 9.972),
    (53.760, 9.972), (53.760, 9.600),
)  # fmt: skip
_NORTH_OUTLINE = (
    (53.5625, 10.003), (53.5625, 10.450), (53.760, 10.450), (53.760, 9.972), (53.584, 9.972), (53.584, 10.003),
)  # fmt: skip
_SOUTH_OUTLINE = (
    (53.360, 9.600), (53.360, 10.450), (53.5625, 10.450), (53.5625, 9.955), (53.540, 9.955), (53.540, 9.600),
)  # fmt: skip

TERRITORIES = (
    Territory(WEST, "Hamburg West", Place(53.5800, 9.9200, "Altona and Eimsbüttel"), _WEST_OUTLINE),
    Territory(NORTH, "Hamburg North-East", Place(53.6100, 10.0600, "Nord and Wandsbek"), _NORTH_OUTLINE),
    Territory(
        SOUTH, "Hamburg Centre and South", Place(53.5200, 10.0400, "Mitte, Harburg and Bergedorf"), _SOUTH_OUTLINE
    ),
)

# Quarter: latitude, longitude, roughly how much of the customers' weight it carries.
QUARTERS: dict[TerritoryId, dict[str, tuple[float, float, int]]] = {
    WEST: {
        "Altona-Altstadt": (53.549, 9.944, 3), "Ottensen": (53.555, 9.924, 3), "Bahrenfeld": (53.567, 9.905, 3),
        "Othmarschen": (53.551, 9.892, 2), "Blankenese": (53.558, 9.815, 2), "Lurup": (53.595, 9.879, 3),
        "Osdorf": (53.578, 9.848, 2), "Eimsbüttel": (53.575, 9.955, 4), "Stellingen": (53.594, 9.926, 3),
        "Lokstedt": (53.603, 9.957, 3), "Niendorf": (53.620, 9.950, 3), "Schnelsen": (53.635, 9.915, 2),
        "Eidelstedt": (53.610, 9.906, 3), "Rotherbaum": (53.567, 9.990, 2), "Harvestehude": (53.577, 9.991, 2),
    },
    NORTH: {
        "Winterhude": (53.595, 10.006, 4), "Eppendorf": (53.591, 9.983, 3), "Barmbek-Nord": (53.605, 10.041, 4),
        "Barmbek-Süd": (53.582, 10.040, 4), "Uhlenhorst": (53.573, 10.018, 2), "Langenhorn": (53.660, 10.010, 3),
        "Fuhlsbüttel": (53.633, 10.016, 2), "Ohlsdorf": (53.625, 10.031, 2), "Wandsbek": (53.577, 10.083, 4),
        "Rahlstedt": (53.603, 10.155, 4), "Bramfeld": (53.617, 10.078, 3), "Poppenbüttel": (53.659, 10.085, 2),
        "Volksdorf": (53.649, 10.165, 2), "Farmsen-Berne": (53.607, 10.119, 3), "Jenfeld": (53.575, 10.135, 2),
        "Sasel": (53.653, 10.112, 2), "Eilbek": (53.569, 10.046, 2),
    },
    SOUTH: {
        "St. Pauli": (53.556, 9.964, 3), "Hamburg-Altstadt": (53.550, 10.000, 3), "HafenCity": (53.541, 10.000, 4),
        "Hamm": (53.555, 10.057, 3), "Horn": (53.553, 10.093, 3), "Billstedt": (53.542, 10.123, 4),
        "Rothenburgsort": (53.535, 10.040, 2), "Veddel": (53.522, 10.023, 1), "Wilhelmsburg": (53.498, 10.008, 4),
        "Harburg": (53.460, 9.983, 4), "Heimfeld": (53.464, 9.955, 2), "Marmstorf": (53.437, 9.970, 1),
        "Neugraben-Fischbek": (53.480, 9.865, 3), "Lohbrügge": (53.504, 10.195, 3), "Bergedorf": (53.489, 10.213, 3),
    },
}  # fmt: skip

STREETS = (
    "Ahornweg", "Am Hang", "Bachstraße", "Birkenallee", "Deichstraße", "Eichenstraße", "Fährweg", "Gartenstraße",
    "Hafenstraße", "Kanalstraße", "Kastanienallee", "Lindenplatz", "Mühlenweg", "Parkallee", "Ringstraße",
    "Schleusenweg", "Speicherstraße", "Ulmenweg", "Wallstraße", "Werftstraße",
)  # fmt: skip


def place_in(territory: TerritoryId, draw: Random) -> Place:
    """A made-up address within about a kilometre of one of the territory's quarters, inside the territory."""
    quarters = QUARTERS[territory]
    name = draw.choices(list(quarters), weights=[q[2] for q in quarters.values()])[0]
    latitude, longitude, _ = quarters[name]
    where = (latitude, longitude)
    for _ in range(20):
        drawn = (round(latitude + draw.gauss(0, 0.0045), 5), round(longitude + draw.gauss(0, 0.0075), 5))
        if territory_at(*drawn) == territory:
            where = drawn
            break
    street = f"{draw.choice(STREETS)} {draw.randint(1, 140)}, Hamburg-{name.removeprefix('Hamburg-')}"
    return Place(*where, street)


def territory_at(latitude: float, longitude: float) -> TerritoryId:
    """The territory whose outline a place within the city lies in."""
    if latitude > 53.5625:
        return WEST if longitude < 9.972 or (longitude < 10.003 and latitude < 53.584) else NORTH
    return WEST if longitude < 9.955 and latitude > 53.540 else SOUTH
