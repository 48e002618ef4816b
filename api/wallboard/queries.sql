-- name: cursor -- the newest change of the feed
select coalesce(pg_sequence_last_value(pg_get_serial_sequence('changes', 'id')::regclass), 0)

-- name: queues -- who waits, and who serves
select q.id as queue_id, q.name, q.target_s, q.target_percent, coalesce(w.waiting, 0) as waiting, w.longest_since,
    coalesce(p.online, 0) as online, coalesce(p.ready, 0) as ready,
    (select count(*) from callback_requests b where b.queue_id = q.id and b.done_at is null and b.state = 'waiting')
        as callbacks_waiting
from queues q
left join (
    select queue_id, count(*) as waiting, min(entered_at) as longest_since
    from queue_visits where ended_at is null and answered_at is null and outcome = 'waiting' group by 1
) w on w.queue_id = q.id
left join (
    select m.queue_id, count(*) filter (where n.status in ('ready', 'reserved', 'on_call', 'wrap_up')) as online,
        count(*) filter (where n.status = 'ready') as ready
    from queue_people m join presence n using (user_id) group by 1
) p on p.queue_id = q.id
where q.enabled
order by q.name

-- name: operators
select u.id as user_id, u.name, u.extension, coalesce(p.status, 'offline') as status, p.reason_id,
    coalesce(p.why, '') as why, p.since, p.until, p.call_id, coalesce(p.reachable, false) as reachable,
    array(select queue_id from queue_people m where m.user_id = u.id order by 1) as queues
from users u left join presence p on p.user_id = u.id
where u.extension is not null and u.blocked_at is null
order by u.name, u.id

-- name: calls
select state from live_calls order by started_at, call_id

-- name: missed_open
select count(*) from missed_calls where closed_at is null and at >= $1
