-- name: put
insert into mails (id, recipient, subject, body, created_at, next_at, expires_at, attachment_name, attachment_type,
    attachment, headers, html, files)
values ($1, $2, $3, $4, $5, $5, $6, $7, $8, $9, $10, $11, $12);

-- name: tell -- wakes the workers of all processes when the transaction is done
select pg_notify('mails', '');

-- name: take -- the next letter that is due, put off for the time of a try so that no other process takes it
update mails set attempts = attempts + 1, next_at = $1::timestamptz + make_interval(secs => $2)
where id = (
    select id from mails where state = 'waiting' and next_at <= $1 order by next_at limit 1 for update skip locked
)
returning id, recipient, subject, body, attempts, expires_at, attachment_name, attachment_type, attachment, headers,
    html, files;

-- name: sent -- the text goes: it may hold a link that works
update mails set state = 'sent', sent_at = $2, body = null, html = null, attachment = null, error = null where id = $1;

-- name: put_off
update mails set next_at = $2, error = $3 where id = $1;

-- name: give_up
update mails set state = 'failed', body = null, html = null, attachment = null, error = $2 where id = $1;

-- name: page -- newest first
select id, recipient, subject, state, attempts, created_at, sent_at, next_at, error
from mails
where ($2::timestamptz is null or (created_at, id) < ($2, $3::uuid)) and ($4::text is null or state = $4)
order by created_at desc, id desc
limit $1;

-- name: forget
delete from mails where created_at < $1 and state <> 'waiting';
