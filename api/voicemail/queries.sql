-- name: messages -- newest first
select id, box_id, call_id, caller, created_at, duration_s, size_bytes, heard_at,
    (select string_agg(s.text, ' ' order by s.seq) from transcripts t join transcript_segments s on s.transcript_id = t.id
        where t.message_id = voicemail_messages.id and t.state = 'done') as text
from voicemail_messages
where ($2::timestamptz is null or (created_at, id) < ($2, $3::uuid))
    and ($4::uuid is null or box_id = $4)
    and ($5::uuid is null or call_id = $5)
    and ($6::boolean is null or (heard_at is not null) = $6)
order by created_at desc, id desc
limit $1;

-- name: message
select id, box_id, call_id, caller, created_at, duration_s, size_bytes, heard_at,
    (select string_agg(s.text, ' ' order by s.seq) from transcripts t join transcript_segments s on s.transcript_id = t.id
        where t.message_id = voicemail_messages.id and t.state = 'done') as text
from voicemail_messages
where id = $1;

-- name: message_file
select file from voicemail_messages where id = $1;

-- name: mark_message -- the time of the first hearing stays
update voicemail_messages set heard_at = case when $2 then coalesce(heard_at, $3) end
where id = $1
returning id, box_id, call_id, caller, created_at, duration_s, size_bytes, heard_at,
    (select string_agg(s.text, ' ' order by s.seq) from transcripts t join transcript_segments s on s.transcript_id = t.id
        where t.message_id = voicemail_messages.id and t.state = 'done') as text;

-- name: delete_message
delete from voicemail_messages where id = $1 returning file;
