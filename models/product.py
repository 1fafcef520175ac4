"""Product models and the products that stand at customers."""

from datetime import date

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from models.columns import Row, document, reference


class ProductModel(Row, table=True):
    """What is sold.

    Attributes:
        warranty_months: Warranty from the day of purchase.
        skills: What a visit to such a product usually needs: skill to least level.
        visit_minutes: How long a visit usually takes.
    """

    __tablename__ = "product_model"
    __table_args__ = (CheckConstraint("warranty_months >= 0", name="warranty_months"),)
    code: str = Field(primary_key=True)
    name: str
    category: str = ""
    warranty_months: int = 24
    skills: dict[str, int] = document()
    visit_minutes: int = 60


class InstalledProduct(Row, table=True):
    """One product at one customer's site.

    Attributes:
        warranty_until: The last day of the warranty; None when the day of purchase is unknown.
    """

    __tablename__ = "installed_product"
    __table_args__ = (
        Index(
            "installed_product_serial_key", "model_code", "serial", unique=True, postgresql_where=text("serial <> ''")
        ),
    )
    id: str = Field(primary_key=True)
    model_code: str = reference("product_model.code")
    customer_id: str = reference("customer.id", index=True)
    site_id: str = reference("site.id", index=True)
    serial: str = ""
    purchased_on: date | None = None
    warranty_until: date | None = None
