-- name: users -- by login
select id, login, name, role, language, blocked_at, created_at
from users
where ($2::text is null or login > $2) and ($3::text is null or login ilike $3 or name ilike $3)
order by login
limit $1;

-- name: user
select id, login, name, role, language, blocked_at, created_at from users where id = $1;

-- name: add_user
insert into users (id, login, name, password_hash, role, language)
values ($1, $2, $3, $4, $5, $6)
returning id, login, name, role, language, blocked_at, created_at;

-- name: change_user -- nulls leave as it is
update users set
    name = coalesce($2, name),
    role = coalesce($3, role),
    language = coalesce($4, language),
    password_hash = coalesce($5, password_hash),
    blocked_at = case when $6::boolean is null then blocked_at when $6 then coalesce(blocked_at, now()) end
where id = $1
returning id, login, name, role, language, blocked_at, created_at;

-- name: end_sessions
update sessions set revoked_at = now(), revoked_why = $2 where user_id = $1 and revoked_at is null;

-- name: another_admin -- is there somebody else who may do everything
select exists (
    select from users u join roles r on r.name = u.role
    where u.id <> $1 and u.blocked_at is null and '*' = any (r.rights)
);

-- name: lock_users
select pg_advisory_xact_lock(7250011);

-- name: roles
select name, title, rights from roles order by name;

-- name: role_exists
select exists (select from roles where name = $1);

-- name: role_rights
select rights from roles where name = $1;
