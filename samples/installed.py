"""Customers of the sample company and the products that stand at their sites."""

from datetime import date, timedelta
from random import Random

from domain.ids import TerritoryId
from samples import names
from samples.catalogue import MODELS
from samples.city import NORTH, SOUTH, WEST, place_in
from samples.company import Customer, InstalledProduct

PRODUCTS: dict[TerritoryId, int] = {WEST: 130, NORTH: 145, SOUTH: 125}
_NOTES = ("", "", "", "Entrance in the yard", "Key at the neighbour's", "Ring twice", "Parking in front of the gate")


def customers_and_products(seed: int, today: date) -> tuple[tuple[Customer, ...], tuple[InstalledProduct, ...]]:
    """Four hundred products; one customer in four owns two or three of them."""
    draw = Random(f"{seed}:products")
    customers: list[Customer] = []
    products: list[InstalledProduct] = []
    for territory, count in PRODUCTS.items():
        left = count
        while left:
            customer = _customer(len(customers) + 1, territory, draw)
            customers.append(customer)
            for _ in range(min(left, draw.choice((1, 1, 1, 2, 3)))):
                products.append(_product(len(products) + 1, customer, today, draw))
                left -= 1
    return tuple(customers), tuple(products)


def _customer(number: int, territory: TerritoryId, draw: Random) -> Customer:
    contact, language = names.person(draw)
    return Customer(
        id=f"K{number:04d}",
        name=names.firm(draw) if draw.random() < 0.35 else contact,
        contact=contact,
        phone=names.phone(draw),
        email=f"kunde{number:04d}@example.com",
        language=language,
        territory=territory,
        site=place_in(territory, draw),
        access_notes=draw.choice(_NOTES),
    )


def _product(number: int, customer: Customer, today: date, draw: Random) -> InstalledProduct:
    model = draw.choices(MODELS, weights=(6, 3, 7, 3, 2, 3, 5, 2))[0]
    bought = today - timedelta(days=draw.randint(40, 1_800))
    year = bought.strftime("%y")
    return InstalledProduct(
        id=f"P{number:04d}",
        customer=customer.id,
        model=model.code,
        serial=f"{model.code.replace('-', '')}{year}{number:05d}",
        purchased_on=bought,
        warranty_until=months_later(bought, model.warranty_months),
    )


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day."""
    year, month = divmod(day.month - 1 + months, 12)
    first = date(day.year + year, month + 1, 1)
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), following - timedelta(days=1))
