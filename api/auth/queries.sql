-- name: account_by_login -- a user with the rights of the role
select u.id, u.login, u.name, u.password_hash, u.role, r.rights, u.language, u.blocked_at
from users u join roles r on r.name = u.role
where u.login = $1;

-- name: account_by_id
select u.id, u.login, u.name, u.password_hash, u.role, r.rights, u.language, u.blocked_at
from users u join roles r on r.name = u.role
where u.id = $1;

-- name: add_session
insert into sessions (id, user_id, created_at, last_used_at, expires_at, address, agent)
values ($1, $2, $3, $3, $4, $5, $6);

-- name: add_refresh_token
insert into refresh_tokens (hash, session_id, created_at) values ($1, $2, $3);

-- name: refresh_token -- the token with its session, held until the transaction ends
select t.session_id, t.used_at, s.user_id, s.expires_at, s.revoked_at
from refresh_tokens t join sessions s on s.id = t.session_id
where t.hash = $1
for update;

-- name: use_refresh_token
update refresh_tokens set used_at = $2 where hash = $1;

-- name: prolong_session
update sessions set last_used_at = $2, expires_at = $3 where id = $1;

-- name: revoke_session
update sessions set revoked_at = $2, revoked_why = $3 where id = $1 and revoked_at is null;

-- name: revoke_other_sessions -- all of a user's sessions but one
update sessions set revoked_at = $3, revoked_why = 'password changed'
where user_id = $1 and id <> $2 and revoked_at is null
returning id;

-- name: session_alive -- is the session good still: neither ended nor the user blocked
select exists (
    select from sessions s join users u on u.id = s.user_id
    where s.id = $1 and s.revoked_at is null and s.expires_at > $2 and u.blocked_at is null
);

-- name: set_password
update users set password_hash = $2 where id = $1;

-- name: forget_sessions -- sessions over for a long time
delete from sessions where expires_at < $1 or revoked_at < $1;
