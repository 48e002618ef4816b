-- name: calls -- the history, newest first: $1 limit, $2 and $3 the last row seen, then the filters
select c.id, c.started_at, c.node_id, c.direction, c.caller, c.caller_name, c.called, c.number_id, c.language,
    c.answered_at, c.ended_at, c.outcome, c.ended_by, c.cause, c.talk_s, c.served_by,
    exists (select from recordings r where r.call_id = c.id and r.state = 'done') as recorded
from calls c
where ($2::timestamptz is null or (c.started_at, c.id) < ($2, $3::uuid))
    and ($4::timestamptz is null or c.started_at >= $4)
    and ($5::timestamptz is null or c.started_at < $5)
    and ($6::text is null or c.direction = $6)
    and ($7::text is null or c.outcome = $7)
    and ($8::text is null or c.caller like $8)
    and ($9::text is null or c.called like $9)
    and ($10::text is null or c.caller ilike $10 or c.called ilike $10 or c.caller_name ilike $10)
order by c.started_at desc, c.id desc
limit $1;

-- name: call -- one call; $2 and $3 bound the time in its id, so that one partition is read
select c.id, c.started_at, c.node_id, c.direction, c.caller, c.caller_name, c.called, c.number_id, c.language,
    c.answered_at, c.ended_at, c.outcome, c.ended_by, c.cause, c.talk_s, c.served_by, c.variables,
    exists (select from recordings r where r.call_id = c.id and r.state = 'done') as recorded
from calls c
where c.id = $1 and c.started_at between $2 and $3;

-- name: legs
select channel_id, role, number, endpoint, started_at, answered_at, ended_at, cause
from call_legs
where call_started_at = $1 and call_id = $2
order by started_at, channel_id;

-- name: events
select seq, at, kind, data
from call_events
where call_started_at = $1 and call_id = $2
order by seq;

-- name: recordings_of_call
select id, call_id, started_at, duration_s, size_bytes, state, error
from recordings
where call_id = $1
order by started_at, id;

-- name: recordings
select id, call_id, started_at, duration_s, size_bytes, state, error
from recordings
where ($2::timestamptz is null or (started_at, id) < ($2, $3::uuid)) and ($4::uuid is null or call_id = $4)
order by started_at desc, id desc
limit $1;

-- name: recording_file
select file from recordings where id = $1 and state = 'done';

-- name: call_recording_file -- the longest recording of a call
select file from recordings where call_id = $1 and state = 'done' order by duration_s desc nulls last limit 1;

-- name: callbacks
select id, call_id, number, called, requested_at, done_at
from callback_requests
where ($2::timestamptz is null or (requested_at, id) < ($2, $3::uuid)) and (not $4::boolean or done_at is null)
order by requested_at desc, id desc
limit $1;

-- name: live_node -- the node that a call in progress belongs to
select node_id from live_calls where call_id = $1;

-- name: extension_enabled
select enabled from extensions where number = $1;
