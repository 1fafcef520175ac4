"""The sample company: the same seed and day make the same company, with nothing read from outside."""

from datetime import date

from samples import history, staff
from samples.catalogue import MODELS, PARTS
from samples.city import TERRITORIES, TIME_ZONE
from samples.company import Company
from samples.installed import customers_and_products
from samples.stores import WAREHOUSES, stock

NAME = "Hansewerk Service GmbH"


def generate(seed: int, today: date) -> Company:
    """Make a company in Hamburg.

    Args:
        seed: Any integer; the same one gives the same people, products and history.
        today: The local day that the history ends before; shifts reach from three weeks ago to four weeks ahead.
    """
    engineers = staff.engineers(seed, today)
    away = staff.absences(seed, engineers, today)
    shifts = staff.roster(engineers, away, today - staff.PAST, today + staff.AHEAD)
    customers, products = customers_and_products(seed, today)
    return Company(
        name=NAME,
        seed=seed,
        founded_on=today,
        time_zone=TIME_ZONE,
        currency="EUR",
        territories=TERRITORIES,
        engineers=engineers,
        shifts=shifts,
        absences=away,
        warehouses=WAREHOUSES,
        parts=PARTS,
        stock=stock(seed, engineers),
        models=MODELS,
        customers=customers,
        products=products,
        users=staff.users(engineers),
        history=history.closed_cases(seed, today, engineers, shifts, customers, products),
    )
