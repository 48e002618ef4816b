-- name: page -- newest first: $2 $3 after, $4 states, $5 queue, $6 number
select c.id, c.queue_id, q.name as queue_name, c.number, c.name, c.note, c.called,
    case when c.queue_id is null and c.done_at is not null and c.state = 'waiting' then 'done' else c.state end as state,
    c.source, c.mode, c.requested_at, c.place_at, c.priority, c.attempts, c.next_at, c.last_reason, c.operator_id,
    c.call_id, c.done_at
from callback_requests c left join queues q on q.id = c.queue_id
where ($2::timestamptz is null or (c.requested_at, c.id) < ($2, $3))
    and ($4::text[] is null or (c.state = any($4) and (c.done_at is null or not $7)))
    and ($5::uuid is null or c.queue_id = $5) and ($6::text is null or c.number = $6)
order by c.requested_at desc, c.id desc limit $1;

-- name: get
select c.id, c.queue_id, q.name as queue_name, c.number, c.name, c.note, c.called,
    case when c.queue_id is null and c.done_at is not null and c.state = 'waiting' then 'done' else c.state end as state,
    c.source, c.mode, c.requested_at, c.place_at, c.priority, c.attempts, c.next_at, c.last_reason, c.operator_id,
    c.call_id, c.done_at
from callback_requests c left join queues q on q.id = c.queue_id where c.id = $1;

-- name: node_of -- which engine has it
select node_id from callback_requests where id = $1;

-- name: tries -- of a call-back
select id, operator_id, started_at, ended_at, result from callback_attempts where callback_id = $1 order by started_at;

-- name: queue -- where a call-back is ordered
select id, callback_mode from queues where id = $1 and enabled;

-- name: queue_of_key -- the queue of a web form
select id, callback_mode from queues where web_key = $1 and enabled;

-- name: lock_number -- one order of a number at a time
select pg_advisory_xact_lock(hashtextextended($1::uuid::text || $2::text, 7250020));

-- name: open_one -- the open call-back of a number
select id from callback_requests
where queue_id = $1 and number = $2 and done_at is null and state in ('waiting', 'calling') limit 1;

-- name: insert
insert into callback_requests (id, queue_id, number, called, requested_at, place_at, priority, mode, next_at, source,
    name, note)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12);

-- name: change -- one that no engine has: $2 state, $3 note, $4 priority, $5 next time, $6 by whom
update callback_requests set state = coalesce($2, state), note = coalesce($3, note), priority = coalesce($4, priority),
    next_at = coalesce($5, next_at), done_at = case when $2::text is null then done_at else now() end,
    operator_id = coalesce($6, operator_id), last_reason = case when $2::text is null then last_reason else 'by_hand' end
where id = $1 and done_at is null and node_id is null;
