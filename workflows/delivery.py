"""One message to a person, or one call of another system: tried until it is taken, or given up openly."""

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from activities import options
    from activities.notify.calling import WebhookActivities
    from activities.notify.sending import MessageActivities
    from domain.messages import Deliver


@workflow.defn
class DeliveryWorkflow:
    """Delivers one thing (``delivery/{what}-{number}-{again}``). What it is, only the record knows."""

    @workflow.run
    async def run(self, asked: Deliver) -> str:
        """The story: try, wait, try again; in the end delivered, undeliverable or failed."""
        is_message = asked.what == "message"
        deliver = MessageActivities.send_message if is_message else WebhookActivities.call_webhook
        give_up = MessageActivities.give_up_message if is_message else WebhookActivities.give_up_call
        try:
            return await workflow.execute_activity_method(deliver, asked, **options.DELIVER)
        except ActivityError:
            await workflow.execute_activity_method(give_up, asked, **options.GIVE_UP)
            return "failed"
