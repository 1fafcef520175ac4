"""Every table in one place: ``from models import tables as t``. Importing it makes the metadata complete."""

from models import guards
from models.admin_change import AdminChange
from models.case import CASE_NUMBER, PARTY_NUMBER, Case, ClockPause, SlaClock
from models.customer import Contact, Customer, Site
from models.engineer import Absence, Engineer, EngineerSkill, EngineerTool, Shift
from models.event import CaseEvent, HandledCommand
from models.parts import (
    ACTIVE,
    LocationKind,
    Part,
    Reservation,
    ReservationSerial,
    SerialNumber,
    SerialState,
    Stock,
    StockLocation,
    Warehouse,
)
from models.plan import Plan, PlanState, UnassignedVisit
from models.product import InstalledProduct, ProductModel
from models.setting import POLICY, TIMEBASE, Setting
from models.territory import Territory
from models.user import ApiToken, SignInAttempts, User, UserRole, UserSession
from models.visit import OCCUPYING, Booking, Visit

METADATA = guards.METADATA

__all__ = [
    "ACTIVE", "CASE_NUMBER", "METADATA", "OCCUPYING", "PARTY_NUMBER", "POLICY", "TIMEBASE", "Absence", "AdminChange",
    "ApiToken", "Booking",
    "Case", "CaseEvent", "ClockPause", "Contact", "Customer", "Engineer", "EngineerSkill", "EngineerTool",
    "HandledCommand", "InstalledProduct", "LocationKind", "Part", "Plan", "PlanState", "ProductModel",
    "Reservation", "ReservationSerial", "SerialNumber", "SerialState", "Setting", "Shift", "SignInAttempts", "Site",
    "SlaClock", "Stock", "StockLocation", "Territory", "UnassignedVisit", "User", "UserRole", "UserSession", "Visit",
    "Warehouse",
]  # fmt: skip
