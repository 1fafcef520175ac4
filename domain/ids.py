"""Identifiers, one NewType each, so that a visit id never lands where a case id belongs.

None of them carries personal data: they appear in workflow ids, logs and URLs.
"""

from typing import NewType

CaseId = NewType("CaseId", str)  # C-100042, or SOURCE-KEY for imported requests
VisitId = NewType("VisitId", str)  # C-100042-V1
BookingId = NewType("BookingId", str)  # C-100042-V1-B3
ReservationId = NewType("ReservationId", str)  # C-100042-V1-B3-P1
CommandId = NewType("CommandId", str)
EngineerId = NewType("EngineerId", str)
TerritoryId = NewType("TerritoryId", str)
LocationId = NewType("LocationId", str)  # a stock location: a warehouse's id, or VAN-<engineer id>
PlanId = NewType("PlanId", str)
Sku = NewType("Sku", str)
AttachmentId = NewType("AttachmentId", str)  # A-, then 32 hexadecimal digits
LinkId = NewType("LinkId", str)  # L-, then 24 hexadecimal digits


def visit_id(case_id: CaseId, number: int) -> VisitId:
    """The id of a case's n-th visit, counted from 1."""
    return VisitId(f"{case_id}-V{number}")


def case_of(visit: VisitId) -> CaseId:
    """The case that a visit belongs to."""
    return CaseId(visit.rsplit("-V", 1)[0])


def van_of(engineer: EngineerId) -> LocationId:
    """The stock location that is an engineer's van."""
    return LocationId(f"VAN-{engineer}")


def booking_id(visit: VisitId, number: int) -> BookingId:
    """The id of a visit's n-th booking, counted from 1 over the visit's whole life."""
    return BookingId(f"{visit}-B{number}")


def reservation_id(booking: BookingId, line: int) -> ReservationId:
    """The id of the n-th reservation that a booking holds."""
    return ReservationId(f"{booking}-P{line}")
