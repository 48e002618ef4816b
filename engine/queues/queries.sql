-- name: last_asked -- per queue the operator asked last
select distinct on (queue_id) queue_id, user_id from queue_offers
where offered_at > now() - interval '2 days' order by queue_id, offered_at desc

-- name: today -- figures of queues since a time: $1 the time, $2 waits below which who hangs up does not count
select v.queue_id, count(*) as entered,
    count(*) filter (where v.answered_at is not null) as answered,
    count(*) filter (where v.outcome = 'abandoned') as abandoned,
    count(*) filter (where v.outcome = any($3)) as lost,
    count(*) filter (where v.answered_at is not null and v.wait_s <= q.target_s) as in_time,
    count(*) filter (where v.answered_at is not null
        or (v.outcome = any($3) and not (v.outcome = 'abandoned' and v.wait_s < $2))) as asked,
    coalesce(sum(v.wait_s) filter (where v.answered_at is not null), 0)::float8 as wait_s
from queue_visits v join queues q on q.id = v.queue_id
where v.entered_at >= $1 group by v.queue_id

-- name: recent -- the last visits of each queue that are over, oldest first: what its speed is learnt from
select r.queue_id, r.talk_s + r.hold_s as handled_s, r.wait_s, r.outcome, r.answered_at is not null as answered
from queues q cross join lateral (
    select * from queue_visits v
    where v.queue_id = q.id and v.ended_at is not null and v.entered_at > now() - interval '2 days'
    order by v.entered_at desc limit $1) r
order by r.entered_at

-- name: open_visits -- stays of this node's calls that have no end
select v.id, v.call_id, v.queue_id, v.caller, v.entered_at, v.partner_id, v.priority, v.position, v.estimated_wait_s,
    v.answered_at, v.ended_at, v.outcome, v.operator_id, v.wait_s, v.talk_s, v.hold_s
from queue_visits v join calls c on c.id = v.call_id
where v.ended_at is null and v.entered_at > now() - interval '2 days' and c.node_id = $1

-- name: open_offers -- offers of this node's calls that have no end
select o.id, o.visit_id, o.queue_id, o.call_id, o.user_id, o.offered_at, o.ended_at, o.result
from queue_offers o left join calls c on c.id = o.call_id
where o.ended_at is null and o.offered_at > now() - interval '2 days' and coalesce(c.node_id, $1) = $1
