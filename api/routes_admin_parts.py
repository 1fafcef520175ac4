"""The catalogue of parts over HTTP, as administrators see and change it."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from api.access import Action, Resource, allow
from api.admin_parts import PartDraft, PartLine, PartPage
from api.asking import VERSIONED, App, Id, IfMatch, Who
from api.changing import by, unlimited
from api.routes_admin_warehouses import Name, Number
from api.routes_stock import Text
from api.schemas import Strict, example
from models.repositories.administration import ChangeLine

router = APIRouter(prefix="/admin/parts", tags=["administration"])
Cents = Annotated[int, Field(ge=0, le=1_000_000_000)]
After = Annotated[str | None, Query(max_length=60, pattern=r"^[^\x00]*$", description="``next_after`` of the page.")]


class PartIn(Strict):
    """A part."""

    model_config = example(name="Fan", price_cents=4_900, serialised=False, active=True)
    name: Name
    price_cents: Cents
    serialised: bool = False
    active: bool = True

    def to_draft(self) -> PartDraft:
        """As the administration takes it."""
        return PartDraft(**self.model_dump(exclude={"sku"}))


class NewPartIn(PartIn):
    """A new part. Its number stands in lists and on labels, and stays."""

    model_config = example(sku="WP08-FAN", name="Fan", price_cents=4_900)
    sku: Number


@router.get("", dependencies=allow(Resource.PART, Action.VIEW))
async def list_parts(
    app: App,
    text: Text = None,
    after: After = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> PartPage:
    """A page of parts by number, retired ones included; ``next_after`` leads to the next one."""
    return await app.administration.parts.parts(text, after, limit)


@router.post("", status_code=201, dependencies=allow(Resource.PART, Action.EDIT))
async def add_part(app: App, id_: Id, who: Who, body: NewPartIn) -> PartLine:
    """Add a part."""
    unlimited(who)
    return await app.administration.parts.add(body.sku, body.to_draft(), by(who, id_))


@router.put("/{sku}", responses=VERSIONED, dependencies=allow(Resource.PART, Action.EDIT))
async def change_part(app: App, id_: Id, who: Who, sku: str, body: PartIn, seen: IfMatch = None) -> PartLine:
    """Change a part, or retire one that no open visit needs; needs ``If-Match``."""
    unlimited(who)
    return await app.administration.parts.change(sku, body.to_draft(), seen, by(who, id_))


@router.get("/{sku}/changes", dependencies=allow(Resource.PART, Action.VIEW))
async def list_part_changes(app: App, sku: str) -> list[ChangeLine]:
    """Who changed what of a part; the newest first."""
    return await app.administration.parts.history(sku)
