-- name: count_messages
select count(*) from voicemail_messages where box_id = $1

-- name: list_messages -- new ones first, each part oldest first
select id, file, caller, heard_at is not null as heard from voicemail_messages
where box_id = $1 order by heard_at is not null, created_at

-- name: mark_heard
update voicemail_messages set heard_at = now() where id = $1 and heard_at is null

-- name: delete_message
delete from voicemail_messages where id = $1 returning file

-- name: forward_on -- before any other rule of its kind, whose earlier ones go
update extensions set version = version + 1, updated_at = now(), forwards = jsonb_build_array($3::jsonb) || coalesce(
    (select jsonb_agg(rule) from jsonb_array_elements(forwards) rule where rule ->> 'when' <> $2), '[]')
where number = $1

-- name: forward_off
update extensions set version = version + 1, updated_at = now(), forwards = coalesce(
    (select jsonb_agg(rule) from jsonb_array_elements(forwards) rule where rule ->> 'when' <> $2), '[]')
where number = $1

-- name: minutes -- calls outside since $1 that have ended: in whose name, number, seconds talked since then
select charged_to, number, sum(extract(epoch from ended_at - greatest(answered_at, $1)))::float8 as seconds
from call_legs
where call_started_at >= $1 - interval '1 day' and charged_to is not null and answered_at is not null and ended_at > $1
group by charged_to, number

-- name: keep_prompt
update prompts set file = $2, duration_s = $3, size_bytes = $4, source = 'phone', version = version + 1,
    updated_at = now() where id = $1 returning id
