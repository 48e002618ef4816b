-- name: count_messages
select count(*) from voicemail_messages where box_id = $1

-- name: list_messages -- new ones first, each part oldest first
select id, file, caller, heard_at is not null as heard from voicemail_messages
where box_id = $1 order by heard_at is not null, created_at

-- name: mark_heard
update voicemail_messages set heard_at = now() where id = $1 and heard_at is null

-- name: delete_message
delete from voicemail_messages where id = $1 returning file

-- name: forward_always -- before any other rule; an earlier one of the phone goes
update extensions set version = version + 1, updated_at = now(), forwards = jsonb_build_array($2::jsonb) || coalesce(
    (select jsonb_agg(rule) from jsonb_array_elements(forwards) rule where rule ->> 'when' <> 'always'), '[]')
where number = $1

-- name: forward_off
update extensions set version = version + 1, updated_at = now(), forwards = coalesce(
    (select jsonb_agg(rule) from jsonb_array_elements(forwards) rule where rule ->> 'when' <> 'always'), '[]')
where number = $1

-- name: keep_prompt
update prompts set file = $2, duration_s = $3, size_bytes = $4, source = 'phone', version = version + 1,
    updated_at = now() where id = $1 returning id
