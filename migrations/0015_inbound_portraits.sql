-- Who calls in: a source of portraits that is marked so (settings.inbound) is asked as an operator's phone rings. One for
-- the company's own calls (no partner), one for the calls of each partner; the engine hears of changes.

create unique index lead_sources_inbound on lead_sources (partner_id) nulls not distinct
    where enabled and kind = 'portrait' and (settings ->> 'inbound')::boolean;

create trigger tell_config after insert or update or delete or truncate on lead_sources
    for each statement execute function tell_config();
