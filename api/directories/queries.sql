-- name: providers
select id, name, enabled, settings, role_map, default_role, create_users, secret is not null as has_secret, version,
    created_at, updated_at
from sign_in_providers
order by name;

-- name: provider
select id, name, enabled, settings, role_map, default_role, create_users, secret is not null as has_secret, version,
    created_at, updated_at
from sign_in_providers
where id = $1;

-- name: secret
select secret from sign_in_providers where id = $1;

-- name: add
insert into sign_in_providers (id, name, kind, enabled, settings, role_map, default_role, create_users, secret)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: update -- $9: whether the secret is another, $10 the new one
update sign_in_providers set name = $2, kind = $3, enabled = $4, settings = $5, role_map = $6, default_role = $7,
    create_users = $8, secret = case when $9 then $10 else secret end, version = version + 1, updated_at = now()
where id = $1;

-- name: end_sessions -- nobody stays who came by a directory that is gone or off
update sessions set revoked_at = now(), revoked_why = 'the directory was removed or switched off'
where provider_id = $1 and revoked_at is null;

-- name: delete
delete from sign_in_providers where id = $1;

-- name: roles -- what roles allow, by name
select name, rights from roles where name = any ($1);

-- name: unknown_partners
select k::text as id from unnest($1::uuid[]) k where not exists (select from partners where id = k);

-- name: user_of
select user_id from user_identities where provider_id = $1 and subject = $2;

-- name: add_identity
insert into user_identities (provider_id, subject, user_id) values ($1, $2, $3);

-- name: add_user
insert into users (id, login, name, email, role, partner_id) values ($1, $2, $3, $4, $5, $6)
on conflict (login) do nothing
returning id;

-- name: email_taken
select exists (select from users where lower(email) = lower($1) and id <> $2);

-- name: note -- what a sign-in by a directory makes or changes
insert into audit_log (user_id, login, request, action, object, object_id, label, after)
values ($1::uuid, $2, 'sign-in by a directory', $3, 'users', $1::uuid::text, $2, $4);

-- name: add_state
insert into sign_in_states (hash, provider_id, browser, nonce, verifier, page, created_at, expires_at)
values ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: take_state -- a sign-in that came back: once, in the browser that began it
delete from sign_in_states where hash = $1 and browser = $2 and expires_at > $3 and user_id is null
returning provider_id, nonce, verifier, page;

-- name: add_proven -- somebody proven, whom the page asks for within a minute
insert into sign_in_states (hash, provider_id, browser, nonce, verifier, page, created_at, expires_at, user_id)
values ($1, $2, $3, '', '', '', $4, $5, $6);

-- name: take_proven
delete from sign_in_states where hash = $1 and browser = $2 and expires_at > $3 and user_id is not null
returning provider_id, user_id;

-- name: forget_states
delete from sign_in_states where expires_at < $1;
