-- name: users -- by login: $1 limit, $2 the last one seen, $3 text, then the filters
select u.id, u.login, u.name, u.email, u.role, u.language, u.extension, u.partner_id, u.has_password,
    u.totp_confirmed_at is not null as second_factor, u.blocked_at, u.signed_in_at, u.created_at, u.version,
    locked_until(u.login) as locked_until,
    array(select m.group_id from employee_group_members m where m.user_id = u.id order by 1) as groups,
    coalesce((select jsonb_agg(jsonb_build_object('skill_id', k.skill_id, 'level', k.level) order by k.skill_id)
        from user_skills k where k.user_id = u.id), '[]') as skills
from users u
where ($2::text is null or u.login > $2)
    and ($3::text is null or u.login ilike $3 or u.name ilike $3 or u.email ilike $3 or u.extension ilike $3)
    and ($4::text is null or u.role = $4)
    and ($5::uuid is null or exists (select from employee_group_members m where m.user_id = u.id and m.group_id = $5))
    and ($6::uuid is null or u.partner_id = $6)
    and ($7::boolean is null or (u.blocked_at is not null) = $7)
order by u.login
limit $1;

-- name: user
select u.id, u.login, u.name, u.email, u.role, u.language, u.extension, u.partner_id, u.has_password,
    u.totp_confirmed_at is not null as second_factor, u.blocked_at, u.signed_in_at, u.created_at, u.version,
    locked_until(u.login) as locked_until,
    array(select m.group_id from employee_group_members m where m.user_id = u.id order by 1) as groups,
    coalesce((select jsonb_agg(jsonb_build_object('skill_id', k.skill_id, 'level', k.level) order by k.skill_id)
        from user_skills k where k.user_id = u.id), '[]') as skills
from users u
where u.id = $1;

-- name: add_user
insert into users (id, login, name, email, password_hash, role, language, extension, partner_id)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: held_user -- a user with the rights of the role, held until the transaction ends
select u.role, u.version, u.login, r.rights
from users u join roles r on r.name = u.role
where u.id = $1
for update of u;

-- name: clear_groups
delete from employee_group_members where user_id = $1 and group_id <> all ($2::uuid[]);

-- name: add_groups
insert into employee_group_members (user_id, group_id) select $1, unnest($2::uuid[]) on conflict do nothing;

-- name: clear_skills
delete from user_skills where user_id = $1 and skill_id <> all ($2::uuid[]);

-- name: add_skills
insert into user_skills (user_id, skill_id, level) select $1, * from unnest($2::uuid[], $3::smallint[])
on conflict (user_id, skill_id) do update set level = excluded.level where user_skills.level <> excluded.level;

-- name: missing -- what of a user's references there is not
select 'extension' as field, $1::text as key
where $1 is not null and not exists (select from extensions where number = $1)
union all
select 'partner_id', $2::uuid::text
where $2 is not null and not exists (select from partners where id = $2)
union all
select 'groups', g::text from unnest($3::uuid[]) g where not exists (select from employee_groups where id = g)
union all
select 'skills', k::text from unnest($4::uuid[]) k where not exists (select from skills where id = k);

-- name: end_sessions
update sessions set revoked_at = now(), revoked_why = $2 where user_id = $1 and revoked_at is null;

-- name: another_admin -- is there somebody else who may do everything
select exists (
    select from users u join roles r on r.name = u.role
    where u.id <> $1 and u.blocked_at is null and u.partner_id is null and '*' = any (r.rights)
);

-- name: lock_users
select pg_advisory_xact_lock(7250011);

-- name: roles
select r.name, r.title, r.title_en, r.rights, r.start_page, r.totp_required, r.built_in, r.version,
    (select count(*) from users u where u.role = r.name) as users
from roles r
where $1::text is null or r.name = $1
order by r.name;

-- name: role_rights
select rights from roles where name = $1;

-- name: add_role
insert into roles (name, title, title_en, rights, start_page, totp_required) values ($1, $2, $3, $4, $5, $6);

-- name: delete_role
delete from roles where name = $1;

-- name: unlock
delete from sign_in_failures where key = 'login:' || $1;

-- name: drop_second_factor
update users set totp_secret = null, totp_confirmed_at = null, totp_step = null, version = version + 1 where id = $1;

-- name: drop_recovery_codes
delete from recovery_codes where user_id = $1;

-- name: identities
select provider_id, subject, created_at from user_identities where user_id = $1 order by created_at;

-- name: add_identity
insert into user_identities (provider_id, subject, user_id) values ($1, $2, $3)
returning provider_id, subject, created_at;

-- name: delete_identity
delete from user_identities where user_id = $1 and provider_id = $2 returning subject;
