-- name: of_call -- the transcript of a call; $2 its source, null: the recording's where it is done, else the other
select t.id, t.call_id, t.message_id, t.recording_id, t.source, t.state, t.language, t.engine, t.started_at,
    t.duration_s, t.operator_id, t.queue_id, t.measures, t.sentiment::numeric::float8 as sentiment, t.masked, t.call_started_at
from transcripts t
where t.call_id = $1 and t.source in ('live', 'recording') and ($2::text is null or t.source = $2)
order by (t.source = 'recording' and t.state = 'done') desc, (t.source = 'live') desc, t.started_at desc
limit 1

-- name: of_message
select t.id, t.call_id, t.message_id, t.recording_id, t.source, t.state, t.language, t.engine, t.started_at,
    t.duration_s, t.operator_id, t.queue_id, t.measures, t.sentiment::numeric::float8 as sentiment, t.masked, t.call_started_at
from transcripts t
where t.message_id = $1
order by (t.state = 'done') desc, t.started_at desc
limit 1

-- name: segments
select seq, side, user_id, start_s, end_s, text, words, confidence::numeric::float8 as confidence, language,
    sentiment::numeric::float8 as sentiment, masked
from transcript_segments where transcript_id = $1 order by start_s, seq

-- name: took_part -- whether a user did, in a call
select exists (select from call_legs
    where call_started_at = $1 and call_id = $2 and user_id = $3 and role <> 'supervisor')

-- name: alerts -- newest first; {where} and {limit} are filled in
select a.id, a.rule_id, a.rule_name, a.severity, a.transcript_id, a.call_id, a.side, a.at_s, a.phrase, a.text,
    a.operator_id, u.name as operator_name, a.queue_id, q.name as queue_name, a.partner_id, a.created_at, a.seen_by, a.seen_at
from speech_alerts a
left join user_names u on u.id = a.operator_id
left join queues q on q.id = a.queue_id
{where}
order by a.created_at desc, a.id desc
{limit}

-- name: mark_seen -- the first who sees an alert is kept
update speech_alerts set seen_by = $2, seen_at = $3 where id = $1 and seen_at is null
