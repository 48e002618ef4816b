"""Routes of queues: configuration, and the live picture."""

from api.control.client import EngineClient
from api.queues.model import QueueData, QueuesNow, now_of
from api.telephony.http import resource_routes
from api.telephony.resource import Errors, Resource
from api.telephony.service import TelephonyService
from api.web.route import Request, Route


def _rules(queue: QueueData) -> Errors:
    errors = [
        {"path": f"body.members.{number}", "message": "Name either a user or a group"}
        for number, member in enumerate(queue.members)
        if (member.user_id is None) == (member.group_id is None)
    ]
    seen: set[object] = set()
    for number, member in enumerate(queue.members):
        key = member.user_id or member.group_id
        if key in seen:
            errors.append({"path": f"body.members.{number}", "message": "Is a member already"})
        seen.add(key)
    skills = [skill.skill_id for skill in queue.skills]
    errors += [
        {"path": f"body.skills.{number}.skill_id", "message": "Is needed already"}
        for number, skill in enumerate(skills)
        if skill in skills[:number]
    ]
    if queue.exit_digit is not None and queue.exit_to is None:
        errors.append({"path": "body.exit_to", "message": "Say where the exit digit leads"})
    if queue.exit_digit is not None and queue.exit_digit == queue.callback_digit:
        errors.append({"path": "body.callback_digit", "message": "Is the exit digit already"})
    return errors


_QUEUES_OF_PARTNER = 500
QUEUES = Resource(
    path="queues",
    table="queues",
    title="Queue",
    write=QueueData,
    check=_rules,
    read_right="queues.read",
    write_right="queues.write",
)


def routes(service: TelephonyService, engine: EngineClient) -> list[Route]:
    """``service`` works on a ``QueueStore``."""

    async def live(request: Request) -> QueuesNow:
        now = now_of(await engine.queues())
        if request.user.partner_id is None:
            return now
        own = {queue.id for queue in (await service.page(QUEUES, _QUEUES_OF_PARTNER, None, None)).items}
        return QueuesNow(
            items=[item for item in now.items if item.queue_id in own],
            waiting=[item for item in now.waiting if item.queue_id in own],
        )

    now = Route(
        "GET",
        "/queues/live",
        live,
        "Queues at this moment, and everybody who waits",
        tag="queues",
        right="queues.read",
        response=QueuesNow,
    )
    return [now, *resource_routes(QUEUES, service)]
