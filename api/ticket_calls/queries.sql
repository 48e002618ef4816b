-- name: hold_call -- who asks for the same call's request at the same time gets the same
select pg_advisory_xact_lock(hashtextextended($1::uuid::text, 7250033));

-- name: of_call
select id from tickets where call_id = $1 order by created_at, id limit 1;

-- name: call_of -- as the eyes of who asks see the ticket
select call_id from tickets where id = $1;

-- name: due -- missed calls whose time has come, with the rule that is the most particular of those that fit
select m.id, m.started_at, m.at, m.caller, m.caller_name, m.called,
    array(select q.name from queues q where q.id = any (m.queue_ids) order by q.name) as queue_names, m.waited_s,
    r.category_id
from missed_calls m
cross join lateral (
    select r.category_id, r.after_minutes from ticket_call_rules r
    where r.enabled and (r.queue_id is null or r.queue_id = any (m.queue_ids))
        and (r.number is null or r.number = m.called)
        and m.at >= r.updated_at - make_interval(mins => r.after_minutes)
    order by (r.queue_id is not null)::int + (r.number is not null)::int desc, r.queue_id is null, r.name
    limit 1
) r
where m.closed_at is null and m.at + make_interval(mins => r.after_minutes) <= $1
    and not exists (select from tickets t where t.call_id = m.id)
order by m.at
limit 50;

-- name: next_due -- when the next one's time comes
select min(m.at + make_interval(mins => r.after_minutes))
from missed_calls m
cross join lateral (
    select r.after_minutes from ticket_call_rules r
    where r.enabled and (r.queue_id is null or r.queue_id = any (m.queue_ids))
        and (r.number is null or r.number = m.called)
        and m.at >= r.updated_at - make_interval(mins => r.after_minutes)
    order by (r.queue_id is not null)::int + (r.number is not null)::int desc, r.queue_id is null, r.name
    limit 1
) r
where m.closed_at is null and not exists (select from tickets t where t.call_id = m.id);

-- name: still_missed
select exists (select from missed_calls where id = $1 and closed_at is null);
