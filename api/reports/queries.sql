-- name: visits -- sums over visits by a key; {key}, {where}, {target} and {short} are filled in
select {key} as key,
    count(*) as offered,
    count(*) filter (where v.outcome = 'waiting') as waiting,
    count(*) filter (where v.answered_at is not null) as answered,
    count(*) filter (where v.answered_at is not null and v.wait_s <= {target}) as answered_in,
    count(*) filter (where v.outcome = 'abandoned') as abandoned,
    count(*) filter (where v.outcome = 'abandoned' and v.wait_s <= {target}) as abandoned_in,
    count(*) filter (where v.outcome = 'abandoned' and v.wait_s < {short}) as short,
    count(*) filter (where v.answered_at is null and v.outcome in ('timeout', 'full', 'no_operators', 'failed')) as lost,
    count(*) filter (where v.answered_at is null and v.outcome in ('exit', 'callback', 'transferred')) as left,
    count(*) filter (where v.outcome = 'callback') as callbacks,
    coalesce(sum(v.wait_s) filter (where v.answered_at is not null), 0) as wait_answered_s,
    coalesce(sum(v.wait_s) filter (where v.outcome = 'abandoned'), 0) as wait_abandoned_s,
    coalesce(max(v.wait_s), 0) as wait_max_s,
    coalesce(sum(v.talk_s), 0) as talk_s,
    coalesce(sum(v.hold_s), 0) as hold_s
from queue_visits v
left join queues q on q.id = v.queue_id
{where}
group by 1

-- name: wraps -- wrap-up after visits by a key: a wrap-up belongs to its call's and operator's visit answered last before
select {key} as key, sum(w.seconds)::double precision as wrap_s
from wrap_ups w
join queue_visits v on v.call_id = w.call_id and v.operator_id = w.user_id and v.answered_at <= w.begins
{where}
    and w.begins >= {from} and w.begins < {to} + interval '1 day'
    and not exists (select from queue_visits later where later.call_id = w.call_id and later.operator_id = w.user_id
        and later.answered_at > v.answered_at and later.answered_at <= w.begins)
group by 1

-- name: repeats -- answered visits of known numbers by a key, and those whose number came again within days by another
-- call; the next visit of the number tells that, but for visits of one call or one instant
select {key} as key,
    count(*) as known,
    count(*) filter (where case
        when v.next_at is null or v.next_at > v.entered_at + make_interval(days => {days}) then false
        when v.next_call <> v.call_id and v.next_at > v.entered_at then true
        else exists (select from queue_visits again where again.caller = v.caller and again.entered_at > v.entered_at
            and again.entered_at <= v.entered_at + make_interval(days => {days}) and again.call_id <> v.call_id)
        end) as repeated
from (
    select queue_id, call_id, operator_id, caller, answered_at, entered_at, lead(entered_at) over number as next_at,
        lead(call_id) over number as next_call
    from queue_visits
    where entered_at >= {from} and entered_at < {to} + make_interval(days => {days})
    window number as (partition by caller collate "C" order by entered_at)
) v
{where}
    and v.answered_at is not null and v.caller ~ '^[0-9]'
group by 1

-- name: waits -- visits by how long they waited; {where} and {bands} are filled in
select width_bucket(v.wait_s, {bands}::double precision[]) as key,
    count(*) filter (where v.answered_at is not null) as answered,
    count(*) filter (where v.outcome = 'abandoned') as abandoned,
    count(*) filter (where v.answered_at is null and v.outcome in ('timeout', 'full', 'no_operators', 'failed')) as lost
from queue_visits v
{where}
group by 1

-- name: presence -- seconds in each status by operator and interval; $1 and $2 the period, $3 where intervals begin
with times as (
    select user_id, status, greatest(lower(during), $1) as begins, least(upper(during), $2) as ends
    from presence_intervals
    where lower(during) < $2 and upper(during) > $1
    union all
    select user_id, status, greatest(since, $1), least($4::timestamptz, $2)
    from presence
    where status <> 'offline' and since < $2 and $4::timestamptz > greatest(since, $1)
)
select {user} as user_id, {bucket} as bucket, t.status,
    sum(extract(epoch from least(t.ends, coalesce($3[n + 1], $2)) - greatest(t.begins, $3[n])))::double precision as seconds
from times t
cross join lateral generate_series(greatest(width_bucket(t.begins, $3), 1),
    width_bucket(t.ends - interval '1 microsecond', $3)) as n
{where}
group by 1, 2, 3

-- name: offers -- by operator; {where} is filled in
select o.user_id as key,
    count(*) as offered,
    count(*) filter (where o.result = 'answered') as answered,
    count(*) filter (where o.result = 'missed') as missed,
    count(*) filter (where o.result = 'rejected') as rejected
from queue_offers o
{where}
group by 1

-- name: calls_of_operators -- by operator; {where} is filled in
select c.operator_id as key,
    count(*) filter (where c.direction = 'inbound') as inbound,
    count(*) filter (where c.direction = 'outbound') as outbound,
    count(*) filter (where c.direction = 'internal') as internal,
    count(*) filter (where c.outcome = 'answered') as handled,
    coalesce(sum(c.talk_s) filter (where c.outcome = 'answered'), 0) as talk_s,
    coalesce(sum(c.hold_s) filter (where c.outcome = 'answered'), 0) as hold_s
from calls c
{where}
group by 1

-- name: calls_by_number -- inbound calls by the number called; {where} is filled in
select c.called as key,
    count(*) as calls,
    count(distinct c.caller) as callers,
    count(*) filter (where c.outcome = 'answered') as answered,
    count(*) filter (where c.outcome = 'served') as served,
    count(*) filter (where c.outcome = 'voicemail') as voicemail,
    count(*) filter (where c.outcome = 'abandoned') as abandoned,
    count(*) filter (where c.outcome in ('busy', 'no_answer', 'rejected', 'failed', 'turned_away')) as unserved,
    coalesce(sum(c.talk_s) filter (where c.outcome = 'answered'), 0) as talk_s
from calls c
{where}
group by 1

-- name: calls_by_outcome -- {where} is filled in
select c.direction, c.outcome, count(*) as calls, coalesce(sum(c.talk_s), 0) as talk_s
from calls c
{where}
group by 1, 2

-- name: calls_by_interval -- {where} and {starts} are filled in
select width_bucket(c.started_at, {starts}::timestamptz[]) as key,
    count(*) filter (where c.direction = 'inbound') as inbound,
    count(*) filter (where c.direction = 'outbound') as outbound
from calls c
{where}
group by 1

-- name: queue_names
select id, name from queues where id = any($1)

-- name: user_names
select id, name from user_names where id = any($1)

-- name: number_names
select number, name from numbers where number = any($1)

-- name: more_memory -- for the rest of the transaction: a report sorts and hashes a million rows
set local work_mem = '128MB'
