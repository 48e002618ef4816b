-- name: position -- how far a node's journal is in the database
select position from journal_positions where node_id = $1

-- name: set_position -- with the records themselves, in one transaction
insert into journal_positions (node_id, position) values ($1, $2)
on conflict (node_id) do update set position = excluded.position

-- name: ensure_month -- partitions for the month of a time
select ensure_call_partitions($1)

-- name: update_calls -- calls that are in the table already
update calls c set language = u.language, answered_at = u.answered_at, ended_at = u.ended_at, outcome = u.outcome,
    ended_by = u.ended_by, cause = u.cause, talk_s = u.talk_s, variables = u.variables, caller_name = u.caller_name,
    called = u.called, number_id = u.number_id, direction = u.direction,
    operator_id = u.operator_id, queue_id = u.queue_id, partner_id = u.partner_id, hold_s = u.hold_s, parent_id = u.parent_id
from unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::text[], $7::text[],
    $8::smallint[], $9::double precision[], $10::jsonb[], $11::text[], $12::text[], $13::uuid[], $14::text[],
    $15::uuid[], $16::uuid[], $17::uuid[], $18::double precision[], $19::uuid[])
    as u(id, started_at, language, answered_at, ended_at, outcome, ended_by, cause, talk_s, variables, caller_name,
        called, number_id, direction, operator_id, queue_id, partner_id, hold_s, parent_id)
where c.started_at = u.started_at and c.id = u.id

-- name: update_legs -- legs that are in the table already
update call_legs l set answered_at = u.answered_at, ended_at = u.ended_at, cause = u.cause, role = u.role,
    user_id = u.user_id
from unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::smallint[],
    $7::text[], $8::uuid[])
    as u(call_id, call_started_at, channel_id, answered_at, ended_at, cause, role, user_id)
where l.call_started_at = u.call_started_at and l.call_id = u.call_id and l.channel_id = u.channel_id

-- name: put_states -- states of live calls
insert into live_calls (call_id, node_id, started_at, state)
select id, $4, started_at, state::jsonb from unnest($1::uuid[], $2::timestamptz[], $3::text[]) as u(id, started_at, state)
on conflict (call_id) do update set state = excluded.state, updated_at = now()

-- name: drop_states -- calls that have ended
delete from live_calls where call_id = any($1::uuid[])

-- name: live_states -- what this node was serving
select l.state::text as state, coalesce((select max(e.seq) + 1 from call_events e
    where e.call_started_at = l.started_at and e.call_id = l.call_id), 0) as next_event
from live_calls l where l.node_id = $1 order by l.started_at

-- name: left_live -- rows of live calls of this node that have not changed for a while
select call_id, started_at from live_calls where node_id = $1 and updated_at < now() - interval '15 seconds'

-- name: put_recording
insert into recordings (id, call_id, call_started_at, file, started_at, duration_s, size_bytes, state, error, channels)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
on conflict (id) do update set duration_s = excluded.duration_s, size_bytes = excluded.size_bytes,
    state = excluded.state, error = excluded.error, channels = excluded.channels

-- name: put_message
insert into voicemail_messages (id, box_id, call_id, caller, created_at, file, duration_s, size_bytes)
values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (id) do nothing

-- name: upsert_visits -- stays in queues
insert into queue_visits as v
select r.* from jsonb_populate_recordset(null::queue_visits, $1::text::jsonb) r
on conflict (id) do update set priority = excluded.priority, position = excluded.position,
    estimated_wait_s = excluded.estimated_wait_s, answered_at = excluded.answered_at, ended_at = excluded.ended_at,
    outcome = excluded.outcome, operator_id = excluded.operator_id, wait_s = excluded.wait_s, talk_s = excluded.talk_s,
    hold_s = excluded.hold_s

-- name: upsert_offers -- waiting calls offered to operators
insert into queue_offers as o
select r.* from jsonb_populate_recordset(null::queue_offers, $1::text::jsonb) r
on conflict (id) do update set ended_at = excluded.ended_at, result = excluded.result

-- name: upsert_callbacks -- wishes to be called back
insert into callback_requests as c
select r.* from jsonb_populate_recordset(null::callback_requests, $1::text::jsonb) r
on conflict (id) do update set queue_id = excluded.queue_id, visit_id = excluded.visit_id,
    place_at = excluded.place_at, priority = excluded.priority, mode = excluded.mode, state = excluded.state,
    attempts = excluded.attempts, next_at = excluded.next_at, last_reason = excluded.last_reason,
    operator_id = excluded.operator_id, note = excluded.note, done_at = excluded.done_at, name = excluded.name,
    node_id = excluded.node_id

-- name: upsert_attempts -- tries of call-backs
insert into callback_attempts as a
select r.* from jsonb_populate_recordset(null::callback_attempts, $1::text::jsonb) r
on conflict (id) do update set operator_id = excluded.operator_id, ended_at = excluded.ended_at,
    result = excluded.result

-- name: upsert_presence -- what operators do now
insert into presence as p
select r.* from jsonb_populate_recordset(null::presence, $1::text::jsonb) r
on conflict (user_id) do update set node_id = excluded.node_id, status = excluded.status,
    reason_id = excluded.reason_id, why = excluded.why, since = excluded.since, until = excluded.until,
    call_id = excluded.call_id, wanted = excluded.wanted, wrap_s = excluded.wrap_s,
    missed_in_row = excluded.missed_in_row, reachable = excluded.reachable

-- name: insert_intervals -- what operators did; a row offered twice counts once
insert into presence_intervals
select r.* from jsonb_populate_recordset(null::presence_intervals, $1::text::jsonb) r
on conflict (id) do nothing

-- name: upsert_transcripts -- what was said, as a whole
insert into transcripts as t (id, call_id, call_started_at, message_id, recording_id, source, state, engine, language,
    started_at, duration_s, operator_id, queue_id, partner_id, measures, sentiment, masked)
select id, call_id, call_started_at, message_id, recording_id, source, state, engine, language, started_at, duration_s,
    operator_id, queue_id, partner_id, measures, sentiment, masked
from jsonb_populate_recordset(null::transcripts, $1::text::jsonb)
on conflict (id) do update set state = excluded.state, engine = excluded.engine, language = excluded.language,
    duration_s = excluded.duration_s, operator_id = excluded.operator_id, queue_id = excluded.queue_id,
    partner_id = excluded.partner_id, measures = excluded.measures, sentiment = excluded.sentiment,
    masked = excluded.masked, updated_at = now()

-- name: upsert_segments -- stretches of speech
insert into transcript_segments as s
select r.* from jsonb_populate_recordset(null::transcript_segments, $1::text::jsonb) r
on conflict (transcript_id, seq) do update set end_s = excluded.end_s, text = excluded.text, words = excluded.words,
    confidence = excluded.confidence, language = excluded.language, sentiment = excluded.sentiment,
    masked = excluded.masked

-- name: insert_answers -- answers to open questions
insert into spoken_answers
select r.* from jsonb_populate_recordset(null::spoken_answers, $1::text::jsonb) r
on conflict (id) do nothing

-- name: insert_alerts -- words that rules look for
insert into speech_alerts (id, rule_id, rule_name, severity, transcript_id, call_id, side, at_s, phrase, text,
    operator_id, queue_id, partner_id, created_at)
select id, rule_id, rule_name, severity, transcript_id, call_id, side, at_s, phrase, text, operator_id, queue_id,
    partner_id, created_at
from jsonb_populate_recordset(null::speech_alerts, $1::text::jsonb)
on conflict (id) do nothing

-- name: by_index -- rows are looked up one by one, also by plans from when the table of leads was small
set local enable_seqscan = off; set local jit = off

-- name: upsert_dials -- attempts of campaigns, which their claims have written; what operators say of them stays
update dial_attempts a set shown = coalesce(nullif(r.shown, ''), a.shown), mode = coalesce(nullif(r.mode, ''), a.mode),
    dialed_at = r.dialed_at, ringing_at = r.ringing_at, answered_at = r.answered_at, detected_at = r.detected_at,
    connected_at = r.connected_at, ended_at = r.ended_at, outcome = r.outcome, cause = r.cause, abandoned = r.abandoned,
    verdict = r.verdict, verdict_confidence = r.verdict_confidence, verdict_s = r.verdict_s, verdict_by = r.verdict_by,
    operator_id = r.operator_id, talk_s = r.talk_s, wrap_s = greatest(r.wrap_s, a.wrap_s), answers = r.answers,
    next_at = coalesce(r.next_at, a.next_at)
from jsonb_populate_recordset(null::dial_attempts, $1::text::jsonb) r
where a.id = r.id and (a.ended_at is null or r.ended_at is not null)

-- name: upsert_leads -- where leads stand after their attempts: only those that the attempt holds still, or that were
-- given up for interrupted while nobody knew better
update campaign_leads c set state = r.state, next_at = coalesce(r.next_at, '-infinity'), step = r.step,
    contact = r.contact, attempts = r.attempts, step_attempts = r.step_attempts, day = r.day,
    attempts_day = r.attempts_day, tried = r.tried, dropped = r.dropped, live_only = r.live_only, user_id = r.user_id,
    last_outcome = r.last_outcome, last_at = r.last_at, result = r.result,
    done_at = case when r.state = 'done' then r.last_at end, node_id = null, claimed_at = null,
    zone = coalesce(l.timezone, k.timezone, s.timezone),
    prefix = coalesce((select h.prefix from calling_hours h where h.enabled and starts_with(k.address, h.prefix)
        order by length(h.prefix) desc limit 1), '')
from jsonb_populate_recordset(null::campaign_leads, $1::text::jsonb) r
    join leads l on l.id = r.lead_id join lead_lists s on s.id = l.list_id
    left join lead_contacts k on k.lead_id = r.lead_id and k.position = r.contact
where c.campaign_id = r.campaign_id and c.lead_id = r.lead_id and c.attempt_id = r.attempt_id
    and (c.state = 'claimed' or (c.state = 'waiting' and c.last_outcome = 'interrupted'
        and r.last_outcome <> 'interrupted'))

-- name: insert_pacing -- how campaigns went; a row offered twice counts once, one of a campaign that is gone never
insert into pacing_samples
select r.* from jsonb_populate_recordset(null::pacing_samples, $1::text::jsonb) r
where exists (select from campaigns c where c.id = r.campaign_id)
on conflict do nothing

-- name: insert_opt_outs -- people who want no calls of campaigns; who is on the list already stays as it is
insert into do_not_call (id, address, partner_id, reason, source, created_at)
select distinct on (address, partner_id) id, address, partner_id, reason, source, created_at
from jsonb_populate_recordset(null::do_not_call, $1::text::jsonb) order by address, partner_id, created_at
on conflict (address, partner_id) do update set until = null where do_not_call.until is not null

-- name: add_changes
select add_changes($1, $2, $3, $4)

-- name: known_calls -- which of these calls the history has
select id from calls where id = any($1::uuid[]) and started_at between $2 and $3

-- name: heartbeat
insert into engine_nodes (id, control_url, started_at, heartbeat_at) values ($1, $2, $3, now())
on conflict (id) do update set control_url = excluded.control_url, started_at = excluded.started_at, heartbeat_at = now()

-- name: trim_changes -- changes that nobody will ask for
delete from changes where at < now() - make_interval(hours => $1)
