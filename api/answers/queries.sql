-- name: call -- when it began; with $4: only a call in which that user took part
select c.started_at from calls c
where c.id = $1 and c.started_at between $2 and $3 and ($4::uuid is null or exists (
    select from call_legs l where l.call_started_at = c.started_at and l.call_id = c.id and l.user_id = $4))

-- name: answers
select id, step, variable, text, confidence, language, duration_s, file is not null as audio, created_at
from spoken_answers
where call_id = $1
order by created_at, id

-- name: file
select file from spoken_answers where call_id = $1 and id = $2
