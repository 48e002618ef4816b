-- name: open_transcripts -- live transcripts of this node that an earlier process left open, and whether the call lives
select t.id, t.source, t.started_at, t.call_id, t.call_started_at, t.state, t.engine, t.language, t.operator_id, t.queue_id,
    t.partner_id, t.measures, t.masked, c.ended_at, exists (select from live_calls l where l.call_id = t.call_id) as lives
from transcripts t
join calls c on c.started_at = t.call_started_at and c.id = t.call_id
where t.state = 'open' and t.source = 'live' and c.node_id = $1

-- name: segments -- what they hold so far
select transcript_id, seq, side, user_id, start_s, end_s, text, words, confidence, language, sentiment, masked
from transcript_segments where transcript_id = any($1) order by transcript_id, seq

-- name: alerts -- that they have raised
select transcript_id, rule_id, side, at_s from speech_alerts where transcript_id = any($1)

-- name: speech_rules
select id, name, kind, phrases, side, queue_id, severity, repeat_s from speech_rules where enabled order by name

-- name: masking_rules
select id, name, kind, pattern, mute_audio from masking_rules where enabled order by name

-- name: tell_partials -- texts that may still change; nobody keeps them
select pg_notify('speech', text) from unnest($1::text[]) text
