"""One what-if question: the planner answers it, and nothing is recorded."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities import options
    from activities.planning.activities import PlanningActivities
    from domain.trial import Trial, TrialOutcome


@workflow.defn
class TrialWorkflow:
    """Plans a territory as if something were so (``trial/{territory}/{id}``). Cancelling it ends the search."""

    @workflow.run
    async def run(self, asked: Trial) -> TrialOutcome:
        """The story: ask the planner; who asked looks in for the answer."""
        return await workflow.execute_activity_method(PlanningActivities.try_out, asked, **options.TRY_OUT)
