-- name: attempts -- newest first
select a.id, a.campaign_id, c.name as campaign_name, a.lead_id, coalesce(l.name, '') as lead_name, l.external_id,
    a.list_id, a.mode, a.channel, a.address, a.zone, a.shown, a.number, a.step, a.contact, a.claimed_at, a.dialed_at,
    a.ringing_at, a.answered_at, a.detected_at, a.connected_at, a.ended_at, a.outcome, a.cause, a.abandoned, a.verdict,
    a.verdict_confidence, a.verdict_s, a.verdict_by, a.corrected, a.operator_id, u.name as operator_name,
    a.disposition_id, d.code as disposition_code, d.title as disposition_title, a.disposition_at, a.note,
    a.callback_at, a.talk_s, a.wrap_s, a.answers, a.next_at{more}
from dial_attempts a
    left join campaigns c on c.id = a.campaign_id
    left join leads l on l.id = a.lead_id
    left join user_names u on u.id = a.operator_id
    left join dispositions d on d.id = a.disposition_id
    {joins}
{where}
{order}

-- name: dispositions -- in their order: the campaign's own and those of all; $1 null: every one
select {columns} from dispositions
where $1::uuid is null or campaign_id is null or campaign_id = $1
order by place, code, id limit 1000;

-- name: disposition_used
select exists (select from dial_attempts where disposition_id = $1);

-- name: leads -- of a campaign
select x.lead_id, x.list_id, l.name, l.external_id, k.address, x.state, x.result,
    case when x.state = 'waiting' and x.next_at > '-infinity' then x.next_at end as next_at, x.zone, x.step, x.contact,
    x.attempts, x.attempts_day, x.live_only, x.user_id, x.last_outcome, x.last_at, x.done_at
from campaign_leads x
    join leads l on l.id = x.lead_id
    left join lead_contacts k on k.lead_id = x.lead_id and k.position = x.contact
{where}
order by x.lead_id
limit {limit};

-- name: visible -- whether whoever asks may see the attempt
select operator_id from dial_attempts where id = $1;

-- name: took_part -- whether a user is in the call that goes on, or was
select exists (select from live_calls where call_id = $1
        and (state -> 'legs' @> jsonb_build_array(jsonb_build_object('user_id', $2::uuid))
            or state ->> 'operator_id' = $2::text))
    or exists (select from call_legs where call_id = $1 and user_id = $2 and call_started_at between $3 and $4);

-- name: hold -- an attempt with its client's way through the campaign, held
select a.id, a.campaign_id, a.lead_id, a.list_id, a.partner_id, a.address, a.outcome, a.ended_at, a.dialed_at,
    a.ringing_at, a.verdict, a.corrected, a.operator_id, c.settings
from dial_attempts a join campaigns c on c.id = a.campaign_id
where a.id = $1
for update of a;

-- name: hold_lead
select attempt_id, node_id, zone, state, nullif(next_at, '-infinity') as next_at, step, contact, attempts,
    step_attempts, day, attempts_day, tried, dropped, live_only, user_id, last_outcome, last_at, result
from campaign_leads where campaign_id = $1 and lead_id = $2
for update;

-- name: contacts
select position, channel, address, role, timezone as zone, enabled from lead_contacts where lead_id = $1
order by position;

-- name: disposition -- that may be said of an attempt of campaign $2
select id, title, meaning, retry_s from dispositions
where id = $1 and enabled and (campaign_id is null or campaign_id = $2);

-- name: say
update dial_attempts set disposition_id = $2, disposition_at = $3, note = $4, callback_at = $5, corrected = $6,
    operator_id = coalesce(operator_id, $7)
where id = $1;

-- name: put_lead -- where the client stands now, with the zone and hours of the contact that is next
update campaign_leads c set state = $3, next_at = coalesce($4::timestamptz, '-infinity'), step = $5, contact = $6, attempts = $7,
    step_attempts = $8, day = $9, attempts_day = $10, tried = $11, dropped = $12, live_only = $13, user_id = $14,
    last_outcome = $15, last_at = $16, result = $17, done_at = case when $3 = 'done' then $18::timestamptz end,
    node_id = null, claimed_at = null, zone = coalesce(l.timezone, k.timezone, s.timezone),
    prefix = coalesce((select h.prefix from calling_hours h where h.enabled and starts_with(k.address, h.prefix)
        order by length(h.prefix) desc limit 1), '')
from leads l join lead_lists s on s.id = l.list_id left join lead_contacts k on k.lead_id = l.id and k.position = $6
where c.campaign_id = $1 and c.lead_id = $2 and l.id = $2;

-- name: do_not_call
insert into do_not_call (id, address, partner_id, reason, source, created_by) values ($1, $2, $3, $4, 'operator', $5)
on conflict (address, partner_id) do update set until = null where do_not_call.until is not null;
