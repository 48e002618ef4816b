-- name: forget_links -- a new link makes those before it useless
delete from one_time_links where user_id = $1 and purpose = $2;

-- name: add_link
insert into one_time_links (hash, user_id, purpose, created_at, expires_at) values ($1, $2, $3, $4, $5);

-- name: link -- a link that works, held until the transaction ends
select l.user_id, l.purpose, u.login, u.name, u.language
from one_time_links l join users u on u.id = l.user_id left join partners p on p.id = u.partner_id
where l.hash = $1 and l.used_at is null and l.expires_at > $2 and u.blocked_at is null and coalesce(p.enabled, true)
for update of l;

-- name: use_link
update one_time_links set used_at = $2 where hash = $1;

-- name: set_password
update users set password_hash = $2, version = version + 1 where id = $1;

-- name: end_sessions
update sessions set revoked_at = $2, revoked_why = 'password set by a link' where user_id = $1 and revoked_at is null;

-- name: forgive -- who could read the letter may sign in at once
delete from sign_in_failures where key = 'login:' || $1;

-- name: user_by_word -- who may ask for a new password: by login or e-mail address
select u.id, u.login, u.name, u.language, u.email
from users u left join partners p on p.id = u.partner_id
where (u.login = lower($1) or lower(u.email) = lower($1)) and u.email is not null and u.has_password
    and u.blocked_at is null and coalesce(p.enabled, true)
order by u.login = lower($1) desc
limit 1;

-- name: is_client
select exists (select from client_accounts where user_id = $1);

-- name: asked_lately -- is there a link of the last minute
select exists (select from one_time_links where user_id = $1 and created_at > $2 and used_at is null);

-- name: forget_old
delete from one_time_links where expires_at < $1;
