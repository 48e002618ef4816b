-- name: calls -- the history, newest first; {where} and {limit} are filled in
select c.id, c.started_at, c.node_id, c.direction, c.caller, c.caller_name, c.called, c.number_id, c.language,
    c.answered_at, c.ended_at, c.outcome, c.ended_by, c.cause, c.talk_s, c.hold_s, c.served_by, c.operator_id,
    c.queue_id, c.partner_id, c.parent_id, c.variables, u.name as operator_name, q.name as queue_name,
    exists (select from recordings r where r.call_id = c.id and r.state = 'done') as recorded
from (
    select * from calls c
    {where}
    order by c.started_at desc, c.id desc
    {limit}
) c
left join user_names u on u.id = c.operator_id
left join queues q on q.id = c.queue_id
order by c.started_at desc, c.id desc

-- name: legs
select channel_id, role, number, endpoint, user_id, started_at, answered_at, ended_at, cause
from call_legs
where call_started_at = $1 and call_id = $2
order by started_at, channel_id

-- name: visits
select v.id, v.queue_id, q.name as queue_name, v.entered_at, v.answered_at, v.ended_at, v.outcome, v.operator_id,
    v.position, v.wait_s, v.talk_s
from queue_visits v left join queues q on q.id = v.queue_id
where v.call_id = $1
order by v.entered_at, v.id

-- name: events
select seq, at, kind, data
from call_events
where call_started_at = $1 and call_id = $2
order by seq

-- name: recordings_of_call
select id, call_id, started_at, duration_s, size_bytes, state, error, channels
from recordings
where call_id = $1
order by started_at, id

-- name: recordings
select id, call_id, started_at, duration_s, size_bytes, state, error, channels
from recordings
where ($2::timestamptz is null or (started_at, id) < ($2, $3::uuid)) and ($4::uuid is null or call_id = $4)
order by started_at desc, id desc
limit $1

-- name: recording
select id, call_id, call_started_at, file from recordings where id = $1 and state = 'done'

-- name: recording_of_call -- the longest one
select id, call_id, call_started_at, file from recordings
where call_id = $1 and state = 'done'
order by duration_s desc nulls last
limit 1

-- name: took_part -- whether a user did, in a call
select exists (select from call_legs where call_started_at = $1 and call_id = $2 and user_id = $3)

-- name: note_play
insert into recording_plays (id, at, user_id, recording_id, call_id, address) values ($1, $2, $3, $4, $5, $6)

-- name: plays
select p.id, p.at, p.user_id, u.name as user_name, p.recording_id, p.call_id, p.address
from recording_plays p left join user_names u on u.id = p.user_id
where ($2::timestamptz is null or (p.at, p.id) < ($2, $3::uuid)) and ($4::uuid is null or p.call_id = $4)
    and ($5::uuid is null or p.user_id = $5)
order by p.at desc, p.id desc
limit $1
