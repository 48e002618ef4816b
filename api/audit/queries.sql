-- name: page -- newest first: $1 limit, $2 the last one seen, then the filters
select id, at, operation, user_id, login, address, request, action, object, object_id, label, before, after
from audit_log
where ($2::bigint is null or id < $2)
    and ($3::timestamptz is null or at >= $3)
    and ($4::timestamptz is null or at < $4)
    and ($5::uuid is null or user_id = $5)
    and ($6::text is null or object = $6)
    and ($7::text is null or object_id = $7)
    and ($8::text is null or action = $8)
    and ($9::uuid is null or operation = $9)
    and ($10::text is null or login ilike $10 or label ilike $10 or request ilike $10 or address ilike $10)
order by id desc
limit $1;

-- name: note_request -- a request that no table tells of
insert into audit_log (operation, user_id, login, address, request, action, object, object_id, after)
select $1, $2, $3, $4, $5, 'ordered', $6, $7, $8
where not exists (select from audit_log where operation = $1);

-- name: forget
delete from audit_log where at < now() - make_interval(days => $1);
