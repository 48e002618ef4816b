-- name: account_by_login -- a user with the rights of the role
select u.id, u.login, u.name, u.password_hash, u.role, r.rights, u.language, u.email, u.extension, u.partner_id,
    r.start_page, u.blocked_at is not null or not coalesce(p.enabled, true) as blocked, r.totp_required, u.totp_secret,
    u.totp_confirmed_at
from users u join roles r on r.name = u.role left join partners p on p.id = u.partner_id
where u.login = $1;

-- name: account_by_id
select u.id, u.login, u.name, u.password_hash, u.role, r.rights, u.language, u.email, u.extension, u.partner_id,
    r.start_page, u.blocked_at is not null or not coalesce(p.enabled, true) as blocked, r.totp_required, u.totp_secret,
    u.totp_confirmed_at
from users u join roles r on r.name = u.role left join partners p on p.id = u.partner_id
where u.id = $1;

-- name: add_session
insert into sessions (id, user_id, created_at, last_used_at, expires_at, address, agent, provider_id)
values ($1, $2, $3, $3, $4, $5, $6, $7);

-- name: note_sign_in
update users set signed_in_at = $2 where id = $1;

-- name: audit_sign_in
insert into audit_log (user_id, login, address, request, action, object, object_id, label, after)
values ($1, $2, $3, 'POST /auth/login', $4, 'sessions', coalesce($5, ''), $2, $6);

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
update sessions set last_used_at = $2, expires_at = $3, address = $4, agent = $5 where id = $1;

-- name: revoke_session
update sessions set revoked_at = $2, revoked_why = $3 where id = $1 and revoked_at is null;

-- name: revoke_other_sessions -- all of a user's sessions but one
update sessions set revoked_at = $3, revoked_why = 'password changed'
where user_id = $1 and id <> $2 and revoked_at is null
returning id;

-- name: identity -- who a live session speaks for, what its user may now, and which account of a client it has
select s.user_id, s.id as session_id, u.login, u.role, u.partner_id,
    case when r.totp_required and u.totp_confirmed_at is null and coalesce(v.kind, '') <> 'oidc' then '{}'
        else r.rights end as rights,
    a.id as account_id, coalesce(a.parent_id, a.id) as parent_id,
    case when not a.is_parent then array(select g.outlet_id from outlet_grants g where g.account_id = a.id) end as outlets
from sessions s
    join users u on u.id = s.user_id
    join roles r on r.name = u.role
    left join partners p on p.id = u.partner_id
    left join sign_in_providers v on v.id = s.provider_id
    left join client_accounts a on a.user_id = u.id and a.state = 'active'
        and not exists (select from client_accounts c where c.id = a.parent_id and c.state <> 'active')
where s.id = $1 and s.revoked_at is null and s.expires_at > $2 and u.blocked_at is null and coalesce(p.enabled, true);

-- name: session_provider -- the kind of directory that a session came by
select v.kind from sessions s join sign_in_providers v on v.id = s.provider_id where s.id = $1;

-- name: set_password
update users set password_hash = $2 where id = $1;

-- name: set_language
update users set language = $2 where id = $1;

-- name: forget_sessions -- sessions over for a long time
delete from sessions where expires_at < $1 or revoked_at < $1;

-- name: hold_failures -- one try of a key at a time
insert into sign_in_failures (key, count, last_at) values ($1, 0, $2) on conflict (key) do nothing;

-- name: failures
select count, last_at, until from sign_in_failures where key = $1 for update;

-- name: set_failures
update sign_in_failures set count = $2, last_at = $3, until = $4 where key = $1;

-- name: forgive
delete from sign_in_failures where key = $1;

-- name: take_back -- a try that was none
update sign_in_failures set count = greatest(0, count - 1) where key = $1;

-- name: forget_failures
delete from sign_in_failures where coalesce(until, last_at) < $1;

-- name: use_totp_step -- a code counts once: only a later one than the last
update users set totp_step = $2 where id = $1 and (totp_step is null or totp_step < $2) returning id;

-- name: use_recovery_code
update recovery_codes set used_at = $3 where user_id = $1 and hash = $2 and used_at is null returning user_id;
