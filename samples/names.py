"""Made-up people and firms with German, English and Chinese names."""

from random import Random

_GERMAN = (
    ("Anna", "Lena", "Katrin", "Sabine", "Jan", "Lars", "Torben", "Uwe", "Hauke", "Meike", "Jonas", "Birte"),
    ("Petersen", "Hansen", "Schröder", "Behrens", "Lüders", "Harms", "Brandt", "Vogt", "Reimers", "Claasen", "Möller"),
)
_ENGLISH = (
    ("Emily", "Oliver", "Grace", "Samuel", "Priya", "Daniel", "Amara", "Thomas"),
    ("Walker", "Okafor", "Bennett", "Shah", "Murphy", "Clarke", "Novak", "Doyle"),
)
_CHINESE = ("张王李陈刘杨赵周吴林", ("伟", "娜", "敏", "静", "强", "磊", "洋", "婷", "建国", "晓明", "雨桐", "子涵"))
_FIRMS = (
    "Bäckerei {}", "Gasthaus {}", "Hotel {}", "Kantine {}", "Klinik {}", "Markthalle {}", "Pension {}",
    "{} Hausverwaltung", "{} Immobilien", "{} & Co. KG",
)  # fmt: skip


def person(draw: Random) -> tuple[str, str]:
    """A name and the language its bearer prefers (``de``, ``en`` or ``zh-CN``)."""
    kind = draw.random()
    if kind < 0.2:
        return draw.choice(_CHINESE[0]) + draw.choice(_CHINESE[1]), "zh-CN"
    given, family = _GERMAN if kind < 0.8 else _ENGLISH
    return f"{draw.choice(given)} {draw.choice(family)}", "de" if kind < 0.8 else "en"


def unlike(taken: set[str], draw: Random) -> tuple[str, str]:
    """A name that nobody has yet, added to ``taken``."""
    while True:
        name, language = person(draw)
        if name not in taken:
            taken.add(name)
            return name, language


def firm(draw: Random) -> str:
    """A made-up firm, shop or landlord."""
    return draw.choice(_FIRMS).format(draw.choice(_GERMAN[1]))


def phone(draw: Random) -> str:
    """A number from the range that is kept free for fiction (Bundesnetzagentur: 040 66969 000 to 999)."""
    return f"+49 40 66969{draw.randint(0, 999):03d}"
