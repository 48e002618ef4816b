-- name: open_callbacks -- call-backs of this node that are not over
select id, number, called, requested_at, call_id, queue_id, visit_id, place_at, priority, mode, state, attempts, next_at,
    last_reason, source, operator_id, note, name, node_id, done_at
from callback_requests
where queue_id is not null and node_id = $1 and state in ('waiting', 'calling') and done_at is null

-- name: claim_callbacks -- take what the api ordered and no node has
update callback_requests set node_id = $1
where node_id is null and queue_id is not null and state = 'waiting' and done_at is null
returning id, number, called, requested_at, call_id, queue_id, visit_id, place_at, priority, mode, state, attempts,
    next_at, last_reason, source, operator_id, note, name, node_id, done_at

-- name: last_attempts -- the last try of each of these call-backs
select distinct on (callback_id) id, callback_id, started_at, operator_id, ended_at, result
from callback_attempts where callback_id = any($1) order by callback_id, started_at desc
