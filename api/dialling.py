"""The parts of the dialler's side of the api, joined: campaigns, results that leave."""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from api.attempts import http as attempts_http
from api.attempts.saying import Saying
from api.attempts.service import AttemptsService, DispositionsService
from api.attempts.store import AttemptStore, DispositionStore
from api.campaign_reports import http as reports_http
from api.campaign_reports.compliance import ComplianceService
from api.campaign_reports.service import CampaignReportsService
from api.campaign_reports.store import CampaignReportStore
from api.campaigns import http as campaigns_http
from api.campaigns.monitor import MonitorService
from api.campaigns.monitor_store import MonitorStore
from api.campaigns.service import CampaignsService
from api.campaigns.store import CampaignStore
from api.control.client import EngineClient
from api.telephony.service import TelephonyService
from api.web.route import Route
from api.web.scope import ScopedPool
from api.webhooks import http as webhooks_http
from api.webhooks.backoff import Limits
from api.webhooks.model import End
from api.webhooks.outbox import Outbox
from api.webhooks.sender import Sender
from api.webhooks.service import WebhooksService
from api.webhooks.store import WebhookStore
from api.webhooks.worker import Deliverer, Pace
from api.workers import Work
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.seal import Seal


class Dialling(NamedTuple):
    """``work`` runs while the api does, ``clean`` now and then."""

    routes: list[Route]
    work: list[Work]
    clean: list[Callable[[], Awaitable[None]]]


def join(
    settings: Settings, pool: ScopedPool, engine: EngineClient, telephony: TelephonyService, clock: Clock
) -> Dialling:
    """All of it."""
    seal = Seal(settings)
    deliverer = Deliverer("webhooks", Outbox(pool.plain, End), Sender(settings, seal), _pace(settings), settings, clock)
    webhooks = WebhooksService(WebhookStore(pool), seal, settings, clock)
    campaigns = CampaignsService(CampaignStore(pool), settings, clock)
    monitor = MonitorService(MonitorStore(pool), engine, settings, clock)
    facts = CampaignReportStore(pool, settings.report_statement_seconds)
    attempts = AttemptsService(AttemptStore(pool), engine, settings, clock)
    dispositions = DispositionsService(DispositionStore(pool), settings, clock)
    return Dialling(
        routes=[
            *campaigns_http.routes(campaigns, monitor),
            *reports_http.routes(
                CampaignReportsService(facts, settings, clock), ComplianceService(facts, settings, clock)
            ),
            *attempts_http.routes(attempts, Saying(pool, clock), dispositions),
            *webhooks_http.routes(webhooks),
        ],
        work=[deliverer.listen, deliverer.work],
        clean=[deliverer.clean, MonitorService(MonitorStore(pool.plain), engine, settings, clock).clean],
    )


def _pace(settings: Settings) -> Pace:
    """Of webhooks."""
    return Pace(
        limits=Limits(
            settings.webhook_pause_s, settings.webhook_pause_max_s, settings.webhook_hours, settings.webhook_refusals
        ),
        timeout_s=settings.webhook_timeout_s,
        parallel=settings.webhook_parallel,
        poll_s=settings.webhook_poll_s,
        keep_days=settings.webhook_keep_days,
    )
