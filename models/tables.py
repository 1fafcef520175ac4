"""Every table in one place: ``from models import tables as t``. Importing it makes the metadata complete."""

from models import guards
from models.admin_change import AdminChange
from models.attachment import Attachment, AttachmentContent
from models.case import CASE_NUMBER, PARTY_NUMBER, Case, ClockPause, SlaClock
from models.change import Change
from models.checklist import ChecklistEdition
from models.customer import Contact, Customer, Site
from models.draft import Draft, DraftChange
from models.engineer import Absence, Engineer, EngineerSkill, EngineerTool, Shift
from models.event import CaseEvent, HandledCommand
from models.movement import StockMovement
from models.outgoing import CalendarFeed, CustomerLink, Message, Webhook, WebhookDelivery
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
from models.saved_view import SavedView
from models.setting import POLICY, TIMEBASE, Setting
from models.slot import SlotHold
from models.territory import Territory
from models.user import ApiToken, SignInAttempts, User, UserRole, UserSession
from models.visit import OCCUPYING, Booking, Visit

METADATA = guards.METADATA

__all__ = [
    "ACTIVE", "CASE_NUMBER", "METADATA", "OCCUPYING", "PARTY_NUMBER", "POLICY", "TIMEBASE", "Absence", "AdminChange",
    "ApiToken",
    "Attachment", "AttachmentContent", "Booking", "CalendarFeed", "Case", "CaseEvent", "Change",
    "ChecklistEdition", "ClockPause",
    "Contact", "Customer", "CustomerLink", "Draft", "DraftChange", "Engineer", "EngineerSkill", "EngineerTool",
    "HandledCommand", "InstalledProduct", "LocationKind", "Message", "Part", "Plan", "PlanState", "ProductModel",
    "Reservation", "ReservationSerial", "SavedView", "SerialNumber", "SerialState", "Setting", "Shift",
    "SignInAttempts", "Site", "SlaClock", "SlotHold", "Stock", "StockLocation", "StockMovement", "Territory",
    "UnassignedVisit", "User",
    "UserRole", "UserSession", "Visit", "Warehouse", "Webhook", "WebhookDelivery",
]  # fmt: skip
