-- name: add -- sent twice under one id: the first stays
insert into ticket_files (id, name, media_type, size_bytes, sha256, path, verdict, uploaded_by, created_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict (id) do nothing
returning id;

-- name: same -- what an id holds already
select id, name, media_type, size_bytes, verdict, created_at, path, sha256 from ticket_files
where id = $1 and uploaded_by is not distinct from $2::uuid;

-- name: hold_uploads -- uploads of one user are counted one after another
select pg_advisory_xact_lock(hashtextextended($1::uuid::text, 7250030));

-- name: loose -- what a user has uploaded and not yet sent, and all uploaded since $2
select count(*) filter (where ticket_id is null) as files,
    coalesce(sum(size_bytes) filter (where ticket_id is null), 0)::bigint as bytes,
    coalesce(sum(size_bytes) filter (where created_at >= $2), 0)::bigint as recent_bytes
from ticket_files where uploaded_by = $1 and (ticket_id is null or created_at >= $2);

-- name: of_ticket -- the total of a ticket's files
select count(*) as files, coalesce(sum(size_bytes), 0)::bigint as bytes from ticket_files where ticket_id = $1;

-- name: one -- as the eyes of who asks see it
select id, name, media_type, size_bytes, verdict, created_at, path from ticket_files where ticket_id = $1 and id = $2;

-- name: for_mail -- files that go with a letter
select id, name, media_type, size_bytes, verdict, created_at, path from ticket_files
where id = any ($1) and verdict <> 'infected'
order by created_at, id;

-- name: unscanned
select id, path from ticket_files where verdict = 'unscanned' order by created_at desc limit $1;

-- name: judge
update ticket_files set verdict = $2 where id = $1 and verdict = 'unscanned';

-- name: purge -- uploaded and never sent with anything; letters that wait to leave keep theirs
delete from ticket_files f
where f.ticket_id is null and f.created_at < $1
    and not exists (select from mails m where m.state = 'waiting' and f.id = any (m.files))
returning f.path;

-- name: known -- of these paths, those that some row names
select path from ticket_files where path = any ($1);
