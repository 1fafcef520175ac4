"""Engineers who did not hear the phone have not refused: once nobody is left, they may be asked again."""

from datetime import timedelta

from domain import visit_steps
from domain.because import Because, BecauseCode
from domain.escalation import Rung
from domain.ids import EngineerId
from domain.messages import DeclineOffer
from domain.visit import VisitProgress, announce, announcements
from domain.vocabulary import DeclineReason, VisitState
from tests.unit.domain.builders import ENGINEER, HOUR, MINUTE, NOON, a_booked_visit, a_command

OFFER = NOON + 5 * HOUR - 20 * MINUTE - 2 * HOUR
GIVEN_UP = OFFER + 30 * MINUTE


def a_visit_nobody_answered() -> VisitProgress:
    progress = a_booked_visit()
    visit_steps.offer(progress, OFFER)
    visit_steps.give_up_on_silence(progress, GIVEN_UP)
    progress.to_wake = None
    return progress


def announce_until(progress: VisitProgress, rung: Rung) -> None:
    for said in announcements(progress, GIVEN_UP + timedelta(days=1)):
        announce(progress, said)
        if said.rung is rung:
            return


def test_silence_excludes_until_the_team_lead_knows_that_nobody_was_found() -> None:
    progress = a_visit_nobody_answered()
    announce_until(progress, Rung.OWNER)
    assert (progress.excluded, progress.silent, progress.to_wake) == (["E1"], ["E1"], None)
    announce_until(progress, Rung.TEAM_LEAD)
    assert (progress.excluded, progress.silent) == ([], [])
    assert progress.to_wake is not None
    assert progress.to_wake.reason == "C-1-V1: it may be offered to everybody again"
    assert progress.to_wake.because == (Because(BecauseCode.FOR_EVERYBODY, visit=progress.visit_id),)
    assert not progress.to_wake.prediction_only


def test_whoever_declined_is_not_asked_again() -> None:
    progress = a_visit_nobody_answered()
    progress.excluded.append(EngineerId("E2"))
    announce_until(progress, Rung.TEAM_LEAD)
    assert progress.excluded == ["E2"]


def test_a_visit_that_was_only_declined_stays_as_it_is() -> None:
    progress = a_booked_visit()
    visit_steps.offer(progress, OFFER)
    visit_steps.decline(progress, DeclineOffer(a_command(1, ENGINEER), DeclineReason.PERSONAL), OFFER, OFFER)
    progress.to_wake = None
    announce_until(progress, Rung.TEAM_LEAD)
    assert (progress.state, progress.excluded, progress.to_wake) == (VisitState.REQUESTED, ["E1"], None)
