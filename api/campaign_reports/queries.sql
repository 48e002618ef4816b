-- name: more_memory
set local work_mem = '64MB';

-- name: tallies -- sums by a key, and of all (where whole is 1) in the same look
select {key} as key, grouping({key}) as whole,
    count(*) as attempts,
    count(distinct a.lead_id) as leads,
    count(a.dialed_at) as dialed,
    count(a.answered_at) as answered,
    count(*) filter (where {person}) as humans,
    count(*) filter (where {person} and a.outcome = 'talked') as connected,
    count(*) filter (where {person} and a.abandoned) as abandoned,
    count(*) filter (where a.outcome = 'hung_up') as hung_up,
    count(*) filter (where {machine}) as machines,
    count(*) filter (where a.outcome = 'busy') as busy,
    count(*) filter (where a.outcome = 'no_answer') as no_answer,
    count(*) filter (where a.outcome = 'rejected') as rejected,
    count(*) filter (where a.outcome = 'unavailable') as unavailable,
    count(*) filter (where a.outcome = 'bad_number') as bad_number,
    count(*) filter (where a.outcome in ('failed', 'interrupted', 'not_sent')) as failed,
    count(*) filter (where a.outcome = 'blocked') as blocked,
    count(*) filter (where d.meaning = 'success') as success,
    count(*) filter (where d.meaning in ('refusal', 'do_not_call')) as refusal,
    coalesce(sum(a.talk_s), 0) as talk_s,
    coalesce(sum(a.wrap_s), 0) as wrap_s
from dial_attempts a left join dispositions d on d.id = a.disposition_id
{where}
group by grouping sets (({key}), ());

-- name: answers -- what clients answered to each question
select e.key as question,
    left(case when jsonb_typeof(e.value) = 'object' then coalesce(e.value ->> 'value', e.value ->> 'digits',
        e.value ->> 'text', e.value::text) else e.value #>> '{}' end, 200) as answer,
    count(*) as attempts,
    avg(case when jsonb_typeof(e.value -> 'confidence') = 'number' then (e.value ->> 'confidence')::double precision end)
        as confidence,
    count(*) filter (where {person} and a.outcome = 'talked') as connected,
    count(*) filter (where d.meaning = 'success') as success
from dial_attempts a left join dispositions d on d.id = a.disposition_id
    cross join lateral jsonb_each(a.answers) e
{where}
group by 1, 2
order by 1, 3 desc, 2
limit 2000;

-- name: campaign_names
select id, name from campaigns where id = any ($1);

-- name: list_names
select id, name from lead_lists where id = any ($1);

-- name: user_names
select id, name from user_names where id = any ($1);

-- name: disposition_names
select id, title as name from dispositions where id = any ($1);

-- name: compliance -- sums of each campaign from $1 to $2; $3: the time zone of attempts that have none, $4 a campaign
select a.campaign_id, c.name, c.settings,
    count(*) as attempts,
    count(a.dialed_at) as dialed,
    count(*) filter (where {person}) as humans,
    count(*) filter (where {person} and a.abandoned) as abandoned,
    count(*) filter (where {person} and w.waited_s > p.threshold_s) as late,
    p.threshold_s as connect_threshold_s,
    max(w.waited_s) filter (where {person}) as connect_max_s,
    avg(w.waited_s) filter (where {person}) as connect_average_s,
    count(*) filter (where a.outcome = 'blocked') as blocked,
    count(*) filter (where a.dialed_at is not null and a.channel = 'phone' and not law.open) as outside_hours,
    count(*) filter (where a.dialed_at is not null and exists (select from do_not_call n
        where n.address = a.address and (n.partner_id is null or n.partner_id = a.partner_id)
            and n.created_at < a.dialed_at - interval '5 seconds' and (n.until is null or n.until > a.dialed_at)))
        as listed,
    count(*) filter (where a.dialed_at is not null and a.channel = 'phone' and a.shown = '') as unshown
from dial_attempts a
    join campaigns c on c.id = a.campaign_id
    cross join lateral (select
        coalesce((c.settings -> 'pacing' ->> 'connect_threshold_s')::double precision, 2) as threshold_s) p
    cross join lateral (select extract(epoch from a.connected_at
        - case c.settings -> 'pacing' ->> 'connect_start' when 'greeting' then coalesce(a.detected_at, a.answered_at)
            else a.answered_at end)::double precision as waited_s) w
    cross join lateral (select a.dialed_at at time zone coalesce(nullif(a.zone, ''), $3) as clock) t
    left join lateral (select h.weekly, h.holidays from calling_hours h
        where h.enabled and starts_with(a.address, h.prefix) order by length(h.prefix) desc limit 1) h on true
    cross join lateral (select h.weekly is null or case
        when exists (select from jsonb_to_recordset(h.holidays) x(first date, last date)
            where t.clock::date between x.first and x.last)
        then exists (select from jsonb_to_recordset(h.holidays) x(first date, last date, hours jsonb)
            cross join lateral jsonb_to_recordset(coalesce(x.hours, '[]')) y(start time, "end" time)
            where t.clock::date between x.first and x.last and t.clock::time >= y.start
                and (y."end" = '00:00' or t.clock::time < y."end"))
        else exists (select from jsonb_to_recordset(h.weekly) y(day integer, start time, "end" time)
            where y.day = extract(isodow from t.clock) and t.clock::time >= y.start
                and (y."end" = '00:00' or t.clock::time < y."end"))
        end as open) law
where a.ended_at is not null and a.claimed_at >= $1 and a.claimed_at < $2 and ($4::uuid is null or a.campaign_id = $4)
group by a.campaign_id, c.name, c.settings, p.threshold_s
order by c.name;

-- name: caps -- how often clients were dialled: the most in all and on one of their days, and how many were too often
with days as (
    select a.campaign_id, a.lead_id, (a.dialed_at at time zone coalesce(nullif(a.zone, ''), $3))::date as day,
        count(*) as dials
    from dial_attempts a
    where a.ended_at is not null and a.claimed_at >= $1 and a.claimed_at < $2 and a.dialed_at is not null
        and a.channel = 'phone' and (a.ringing_at is not null or a.outcome <> all ($5::text[]))
        and ($4::uuid is null or a.campaign_id = $4)
    group by 1, 2, 3
), leads as (
    select campaign_id, lead_id, sum(dials) as dials, max(dials) as day_max from days group by 1, 2
)
select l.campaign_id, max(l.dials)::integer as attempts_max, max(l.day_max)::integer as day_max,
    count(*) filter (where l.dials > coalesce((c.settings -> 'caps' ->> 'total')::integer, 6)
        or l.day_max > coalesce((c.settings -> 'caps' ->> 'day')::integer, 2)) as over_caps
from leads l join campaigns c on c.id = l.campaign_id
group by l.campaign_id;

-- name: opt_outs -- who asked not to be called, by the campaign that had called them last
select a.campaign_id, count(distinct n.id) as opt_outs
from do_not_call n join dial_attempts a on a.address = n.address
where n.source in ('opt_out', 'operator') and n.created_at >= $1 and n.created_at < $2
    and a.claimed_at <= n.created_at and n.created_at <= coalesce(a.ended_at, n.created_at) + interval '1 day'
    and ($3::uuid is null or a.campaign_id = $3)
group by a.campaign_id;

-- name: days -- people and abandoned by campaign and day of time zone $3
select a.campaign_id, (a.answered_at at time zone $3)::date as day,
    count(*) filter (where {person}) as humans, count(*) filter (where {person} and a.abandoned) as abandoned
from dial_attempts a
where a.ended_at is not null and a.answered_at >= $1 and a.answered_at < $2
    and ($4::uuid is null or a.campaign_id = $4)
group by 1, 2
order by 2;
