"""What the sample company looks after: eight product models with their symptoms, and sixty spare parts."""

from domain.ids import Sku
from domain.vocabulary import Severity
from samples.company import Part, ProductModel, Symptom

SKILLS = ("refrigerant", "gas", "electrics", "electronics", "water", "ventilation")
CERTIFIED = frozenset({"refrigerant", "gas"})
OUT_OF_STOCK = Sku("KZ12-EVAPORATOR")
SCARCE = frozenset({Sku("WP14-COMPRESSOR"), Sku("KZ12-COMPRESSOR"), Sku("KO10-STEAM-GENERATOR")})

_LOW, _MEDIUM, _HIGH, _SAFETY = Severity.LOW, Severity.MEDIUM, Severity.HIGH, Severity.SAFETY

# Prefix of the model's parts, then: part, price in cents, whether each piece has a serial number.
_PARTS: dict[str, tuple[tuple[str, int, bool], ...]] = {
    "WP08": (("COMPRESSOR", 89_000, True), ("INVERTER", 41_000, True), ("FAN", 16_500, False),
             ("EXPANSION-VALVE", 12_800, False), ("SENSOR", 2_900, False), ("CIRCULATOR", 19_900, False),
             ("FILTER-DRIER", 3_400, False)),
    "WP14": (("COMPRESSOR", 124_000, True), ("INVERTER", 56_000, True), ("FAN", 21_000, False),
             ("FOUR-WAY-VALVE", 17_600, False), ("SENSOR", 2_900, False), ("CIRCULATOR", 22_900, False),
             ("DEFROST-BOARD", 14_200, True)),
    "GB24": (("BURNER-BOARD", 23_400, True), ("GAS-VALVE", 18_900, False), ("IGNITER", 4_600, False),
             ("FLAME-SENSOR", 3_900, False), ("PUMP", 15_800, False), ("HEAT-EXCHANGER", 48_000, False),
             ("GASKET-SET", 1_900, False)),
    "LF30": (("FAN", 17_900, False), ("FILTER-F7", 3_200, False), ("BYPASS-MOTOR", 8_400, False),
             ("CONTROL-BOARD", 21_500, True), ("CO2-SENSOR", 9_600, False), ("BELT", 1_200, False),
             ("HEAT-RECOVERY-CORE", 36_000, False)),
    "KZ12": (("COMPRESSOR", 148_000, True), ("EVAPORATOR", 67_000, False), ("DOOR-HEATER", 6_800, False),
             ("CONTROLLER", 24_800, True), ("DOOR-GASKET", 5_400, False), ("SOLENOID-VALVE", 7_900, False),
             ("FAN", 9_900, False)),
    "KV40": (("COMPRESSOR", 62_000, True), ("THERMOSTAT", 4_900, False), ("LED-STRIP", 3_800, False),
             ("FAN", 7_200, False), ("GLASS-DOOR", 31_000, False), ("DRAIN-HEATER", 3_300, False),
             ("RELAY", 2_100, False)),
    "SM50": (("WASH-PUMP", 26_500, False), ("DRAIN-PUMP", 9_800, False), ("HEATER", 8_700, False),
             ("DOOR-SWITCH", 2_400, False), ("CONTROL-BOARD", 28_900, True), ("INLET-VALVE", 4_300, False),
             ("DOSER", 6_100, False)),
    "KO10": (("STEAM-GENERATOR", 74_000, True), ("IGNITER", 5_800, False), ("FAN-MOTOR", 33_000, False),
             ("CONTROL-BOARD", 45_000, True), ("DOOR-GASKET", 6_900, False), ("CORE-PROBE", 7_400, False),
             ("LAMP", 1_800, False)),
}  # fmt: skip
_COMMON = (("X-REFRIGERANT-R32", 5_900), ("X-CABLE-SET", 1_400), ("X-FUSE-SET", 900), ("X-HOSE-SET", 1_700))

PARTS = tuple(
    Part(Sku(f"{prefix}-{name}"), name.replace("-", " ").capitalize(), price, serialised)
    for prefix, lines in _PARTS.items()
    for name, price, serialised in lines
) + tuple(Part(Sku(sku), sku[2:].replace("-", " ").capitalize(), price) for sku, price in _COMMON)

MODELS = (
    ProductModel("WP-08", "Heat pump Aero 8", (("refrigerant", 2), ("electrics", 1)), 36, (
        Symptom("No heat, outdoor unit does not start", _HIGH, 90, "E31", Sku("WP08-INVERTER"), 0.45),
        Symptom("Outdoor unit is loud and vibrates", _LOW, 60, "", Sku("WP08-FAN"), 0.6, 0.05),
        Symptom("Water only lukewarm", _MEDIUM, 75, "E12", Sku("WP08-SENSOR"), 0.5, 0.25),
        Symptom("Pressure fault after start", _HIGH, 120, "E07", Sku("WP08-EXPANSION-VALVE"), 0.5),
        Symptom("Yearly check is due", _LOW, 60, "", Sku("WP08-FILTER-DRIER"), 0.2, 0.0),
    )),
    ProductModel("WP-14", "Heat pump Aero 14", (("refrigerant", 3), ("electrics", 2)), 36, (
        Symptom("Compressor stops after minutes", _HIGH, 150, "E44", Sku("WP14-COMPRESSOR"), 0.35, 0.05),
        Symptom("Ice on the outdoor unit", _MEDIUM, 90, "E21", Sku("WP14-DEFROST-BOARD"), 0.5),
        Symptom("Does not switch to cooling", _MEDIUM, 80, "E18", Sku("WP14-FOUR-WAY-VALVE"), 0.5, 0.2),
        Symptom("Heating circuit is cold", _HIGH, 75, "E09", Sku("WP14-CIRCULATOR"), 0.55),
    )),
    ProductModel("GB-24", "Condensing boiler Therma 24", (("gas", 2),), 24, (
        Symptom("No hot water, burner does not light", _HIGH, 60, "F28", Sku("GB24-IGNITER"), 0.55, 0.15),
        Symptom("Smell of gas at the boiler", _SAFETY, 60, "", Sku("GB24-GAS-VALVE"), 0.4, 0.0),
        Symptom("Flame goes out again and again", _MEDIUM, 60, "F29", Sku("GB24-FLAME-SENSOR"), 0.6),
        Symptom("Pressure drops every few days", _MEDIUM, 75, "F22", Sku("GB24-GASKET-SET"), 0.4, 0.2),
        Symptom("Display stays dark", _HIGH, 70, "", Sku("GB24-BURNER-BOARD"), 0.5, 0.15),
    )),
    ProductModel("LF-30", "Ventilation unit Zephyr 300", (("ventilation", 1), ("electrics", 1)), 24, (
        Symptom("No air flow in half of the rooms", _MEDIUM, 75, "V04", Sku("LF30-FAN"), 0.45),
        Symptom("Filter light stays on after the change", _LOW, 30, "V01", Sku("LF30-FILTER-F7"), 0.5, 0.55),
        Symptom("Squealing noise", _LOW, 45, "", Sku("LF30-BELT"), 0.7, 0.05),
        Symptom("Room air is stale, sensor shows nonsense", _MEDIUM, 50, "V11", Sku("LF30-CO2-SENSOR"), 0.6, 0.15),
    )),
    ProductModel("KZ-12", "Cold room Polar 12", (("refrigerant", 3), ("electrics", 1)), 24, (
        Symptom("Temperature rises, goods at risk", _HIGH, 120, "C02", Sku("KZ12-COMPRESSOR"), 0.25, 0.05),
        Symptom("Door does not close tightly", _MEDIUM, 45, "", Sku("KZ12-DOOR-GASKET"), 0.75, 0.0),
        Symptom("Evaporator iced up", _MEDIUM, 90, "C09", Sku("KZ12-EVAPORATOR"), 0.2),
        Symptom("Alarm beeps, display frozen", _MEDIUM, 60, "C15", Sku("KZ12-CONTROLLER"), 0.4, 0.3),
    )),
    ProductModel("KV-40", "Refrigerated display Vitrine 40", (("refrigerant", 1), ("electrics", 1)), 24, (
        Symptom("Cabinet is too warm", _HIGH, 75, "D03", Sku("KV40-THERMOSTAT"), 0.5),
        Symptom("Lights flicker", _LOW, 40, "", Sku("KV40-LED-STRIP"), 0.7, 0.1),
        Symptom("Water under the cabinet", _MEDIUM, 50, "", Sku("KV40-DRAIN-HEATER"), 0.45, 0.2),
        Symptom("Glass door broken", _MEDIUM, 60, "", Sku("KV40-GLASS-DOOR"), 0.95, 0.0),
    )),
    ProductModel("SM-50", "Dishwasher Brio 50", (("water", 1), ("electrics", 1)), 24, (
        Symptom("Does not drain", _HIGH, 50, "B14", Sku("SM50-DRAIN-PUMP"), 0.45, 0.2),
        Symptom("Dishes stay dirty", _MEDIUM, 55, "", Sku("SM50-WASH-PUMP"), 0.3, 0.3),
        Symptom("Water stays cold", _MEDIUM, 50, "B07", Sku("SM50-HEATER"), 0.65, 0.05),
        Symptom("Stops with the door shut", _MEDIUM, 40, "B02", Sku("SM50-DOOR-SWITCH"), 0.7, 0.15),
        Symptom("How is the salt refilled?", _LOW, 30, "", None, 0.0, 0.95),
    )),
    ProductModel("KO-10", "Combi oven Forno 10", (("gas", 1), ("electronics", 2)), 24, (
        Symptom("No steam", _HIGH, 100, "S05", Sku("KO10-STEAM-GENERATOR"), 0.35),
        Symptom("Burner does not ignite", _HIGH, 70, "S11", Sku("KO10-IGNITER"), 0.6, 0.1),
        Symptom("Touch panel does not react", _MEDIUM, 75, "S20", Sku("KO10-CONTROL-BOARD"), 0.5, 0.25),
        Symptom("Core temperature is wrong", _LOW, 40, "S08", Sku("KO10-CORE-PROBE"), 0.75, 0.1),
        Symptom("Steam leaks at the door", _MEDIUM, 45, "", Sku("KO10-DOOR-GASKET"), 0.85, 0.0),
    )),
)  # fmt: skip

MODEL_BY_CODE = {model.code: model for model in MODELS}


def symptom_of(model: str, text: str) -> Symptom | None:
    """The catalogue's entry behind a reported symptom; None when it is not in the catalogue."""
    known = MODEL_BY_CODE.get(model)
    return next((s for s in known.symptoms if s.text == text), None) if known else None
