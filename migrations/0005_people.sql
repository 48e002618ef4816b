-- People: partners, groups, skills, rights, ways to sign in, and the log of what people changed.

create table partners (
    id uuid primary key,
    name text not null unique,
    enabled boolean not null default true,
    version integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

alter table roles
    add column title_en text not null default '',
    add column start_page text not null default 'cabinet' check (start_page in ('panel', 'widget', 'cabinet')),
    add column totp_required boolean not null default false,
    add column built_in boolean not null default false,
    add column version integer not null default 1;

update roles set built_in = true, start_page = 'panel';
update roles set title_en = 'Administrator' where name = 'admin';
update roles set title_en = 'Telephony engineer', rights = array['telephony.read', 'telephony.write', 'queues.read',
    'queues.write', 'presence.self', 'presence.read', 'calls.own', 'calls.read', 'calls.control', 'recordings.read',
    'contacts.read', 'missed.read', 'callbacks.read', 'dialplan.read', 'dialplan.write'] where name = 'engineer';
update roles set title_en = 'Supervisor', rights = array['accounts.read', 'telephony.read', 'queues.read',
    'queues.write', 'presence.self', 'presence.read', 'presence.write', 'calls.own', 'calls.read', 'calls.control',
    'calls.supervise', 'recordings.read', 'reports.read', 'contacts.read', 'contacts.write', 'missed.read',
    'callbacks.read', 'callbacks.write'] where name = 'supervisor';
update roles set title_en = 'Operator', start_page = 'widget', rights = array['presence.self', 'presence.read',
    'queues.read', 'calls.own', 'contacts.read', 'contacts.write', 'missed.read', 'callbacks.read', 'callbacks.write']
    where name = 'operator';
insert into roles (name, title, title_en, start_page, built_in, rights) values
    ('partner', 'Партнёр', 'Partner', 'panel', true, array['calls.read', 'recordings.read', 'reports.read',
        'missed.read']),
    ('client', 'Клиент', 'Client', 'cabinet', true, '{}');

-- An operator is a user with an extension. Users of a directory, and those who were only invited, have no password.
alter table users
    alter column password_hash drop not null,
    add column email text check (email ~ '^[^@[:space:]]+@[^@[:space:]]+$'),
    add column partner_id uuid references partners (id),
    add column extension text unique references extensions (number) on update cascade on delete set null,
    add column has_password boolean not null generated always as (password_hash is not null) stored,
    add column totp_secret text,
    add column totp_confirmed_at timestamptz,
    add column totp_step bigint,
    add column signed_in_at timestamptz,
    add column version integer not null default 1,
    add column updated_at timestamptz not null default now();
create unique index users_email on users (lower(email));
create index users_partner on users (partner_id) where partner_id is not null;

-- Codes that stand in for a lost authenticator, each good once.
create table recovery_codes (
    user_id uuid not null references users (id) on delete cascade,
    hash bytea not null,
    used_at timestamptz,
    primary key (user_id, hash)
);

create table employee_groups (
    id uuid primary key,
    name text not null unique,
    partner_id uuid references partners (id),
    version integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

create table employee_group_members (
    group_id uuid not null references employee_groups (id) on delete cascade,
    user_id uuid not null references users (id) on delete cascade,
    primary key (group_id, user_id)
);
create index employee_group_members_user on employee_group_members (user_id);

create table skills (
    id uuid primary key,
    name text not null unique,
    version integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

create table user_skills (
    user_id uuid not null references users (id) on delete cascade,
    skill_id uuid not null references skills (id) on delete cascade,
    level smallint not null check (level between 1 and 10),
    primary key (user_id, skill_id)
);

-- Links of invitations and of lost passwords: only the hash of the token is here, and it works once.
create table one_time_links (
    hash bytea primary key,
    user_id uuid not null references users (id) on delete cascade,
    purpose text not null check (purpose in ('invitation', 'reset')),
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    used_at timestamptz
);
create index one_time_links_user on one_time_links (user_id);

-- Failed sign-ins by login and by address; outlives the processes of the api and is shared by them.
create table sign_in_failures (
    key text primary key,
    count integer not null,
    last_at timestamptz not null,
    until timestamptz
);

-- Until when failed sign-ins keep a login out, if they do.
create function locked_until(login text) returns timestamptz language sql stable security definer
set search_path = public, pg_temp as $$
    select until from sign_in_failures where key = 'login:' || login and until > now()
$$;

-- Directories whose users may sign in. settings: see api/directories/model.py; secret is sealed.
create table sign_in_providers (
    id uuid primary key,
    name text not null unique,
    kind text not null check (kind in ('oidc', 'ldap')),
    enabled boolean not null default true,
    settings jsonb not null,
    secret text,
    role_map jsonb not null default '[]',
    default_role text references roles (name),
    create_users boolean not null default true,
    version integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

-- Who a directory's subject is here.
create table user_identities (
    provider_id uuid not null references sign_in_providers (id) on delete cascade,
    subject text not null,
    user_id uuid not null references users (id) on delete cascade,
    created_at timestamptz not null default now(),
    primary key (provider_id, subject)
);
create index user_identities_user on user_identities (user_id);

-- Sign-ins on their way through a provider. browser: hash of a cookie, so that nobody finishes another's sign-in.
create table sign_in_states (
    hash bytea primary key,
    provider_id uuid not null references sign_in_providers (id) on delete cascade,
    browser bytea not null,
    nonce text not null,
    verifier text not null,
    page text not null default 'panel',
    created_at timestamptz not null,
    expires_at timestamptz not null,
    user_id uuid references users (id) on delete cascade
);

alter table sessions
    add column provider_id uuid references sign_in_providers (id) on delete set null;

-- Letters to send; written with what they tell of, in one transaction. The text is sealed and goes when it was sent.
create table mails (
    id uuid primary key,
    recipient text not null,
    subject text not null,
    body text,
    state text not null default 'waiting' check (state in ('waiting', 'sent', 'failed')),
    attempts integer not null default 0,
    next_at timestamptz not null,
    expires_at timestamptz not null,
    created_at timestamptz not null,
    sent_at timestamptz,
    error text
);
create index mails_waiting on mails (next_at) where state = 'waiting';

-- What people changed. Rows come from triggers (audit_change), in the transaction of the change itself; a request that
-- changes no table (an order to the engine) is noted by the api. operation: one request. before and after hold the
-- columns that differ; secrets are masked.
create table audit_log (
    id bigint generated always as identity primary key,
    at timestamptz not null default clock_timestamp(),
    operation uuid,
    user_id uuid,
    login text not null default '',
    address text not null default '',
    request text not null default '',
    action text not null,
    object text not null,
    object_id text not null default '',
    label text not null default '',
    before jsonb,
    after jsonb
);
create index audit_log_at on audit_log (at);
create index audit_log_user on audit_log (user_id, id);
create index audit_log_object on audit_log (object, object_id, id);
create index audit_log_operation on audit_log (operation);

-- Values of secret columns as they may be shown: that there is one, and whether it is new.
create function mask_secrets(row_now jsonb, row_other jsonb) returns jsonb language sql immutable as $$
    select coalesce(jsonb_object_agg(key, case
        when key not in ('password', 'password_hash', 'secret', 'totp_secret', 'totp_step', 'hash', 'token', 'body')
            or value = 'null' then value
        when row_other is not null and row_other -> key is distinct from value then '"*** (another)"'
        else '"***"' end), '{}')
    from jsonb_each(row_now)
$$;

-- paylater.actor is set by the api for the length of a request that changes things.
create function audit_change() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare
    actor jsonb := current_setting('paylater.actor', true)::jsonb;
    old_row jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) end;
    new_row jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) end;
    whole jsonb := coalesce(new_row, old_row);
    quiet text[] := array['version', 'updated_at', 'signed_in_at', 'totp_step', 'last_used_at', 'has_password'];
    changed text[];
begin
    if tg_op = 'UPDATE' then
        select array_agg(key) into changed from jsonb_object_keys(new_row) key
        where new_row -> key is distinct from old_row -> key and key <> all (quiet);
        if changed is null then
            return null;
        end if;
        select jsonb_object_agg(key, old_row -> key), jsonb_object_agg(key, new_row -> key)
        into old_row, new_row from unnest(changed) key;
    end if;
    insert into audit_log (operation, user_id, login, address, request, action, object, object_id, label, before, after)
    values (
        (actor ->> 'operation')::uuid, (actor ->> 'user_id')::uuid, coalesce(actor ->> 'login', ''),
        coalesce(actor ->> 'address', ''), coalesce(actor ->> 'request', ''),
        case tg_op when 'INSERT' then 'created' when 'UPDATE' then 'updated' else 'deleted' end, tg_table_name,
        coalesce(whole ->> 'id', whole ->> 'group_id', whole ->> 'user_id', whole ->> 'name', ''),
        left(coalesce(whole ->> 'name', whole ->> 'login', whole ->> 'number', whole ->> 'code', whole ->> 'pattern',
            whole ->> 'user_id', ''), 200),
        case when old_row is not null then mask_secrets(old_row, null) end,
        case when new_row is not null then mask_secrets(new_row, old_row) end);
    return null;
end $$;

-- Puts tables under the log; migrations call it for each new table that people change.
create function audit_tables(variadic tables text[]) returns void language plpgsql as $$
declare name text;
begin
    foreach name in array tables loop
        execute format('create trigger audit_change after insert or update or delete on %I for each row
            when (current_setting(''paylater.actor'', true) <> '''') execute function audit_change()', name);
    end loop;
end $$;

select audit_tables('trunks', 'prompts', 'voicemail_boxes', 'extensions', 'ring_groups', 'schedules', 'menus',
    'numbers', 'speed_dials', 'blacklist', 'dialplan_versions', 'voicemail_messages', 'callback_requests',
    'roles', 'users', 'partners', 'employee_groups', 'employee_group_members', 'skills', 'user_skills',
    'sign_in_providers', 'user_identities', 'recovery_codes');

-- The engine reads people; what it does not know of (a password, a sign-in) does not wake it.
create trigger tell_config after insert or delete or truncate on users
    for each statement execute function tell_config();
create trigger tell_config_update after update of name, login, role, language, extension, partner_id, blocked_at
    on users for each statement execute function tell_config();

do $$
declare name text;
begin
    foreach name in array array['partners', 'employee_groups', 'employee_group_members', 'skills', 'user_skills'] loop
        execute format('create trigger tell_config after insert or update or delete or truncate on %I
            for each statement execute function tell_config()', name);
    end loop;
end $$;

-- Every process of the api hears at once that somebody's session or rights are not what they were.
create function tell_sessions() returns trigger language plpgsql as $$
begin
    perform pg_notify('sessions', '');
    return null;
end $$;
create trigger tell_sessions after update of revoked_at or delete on sessions
    for each statement execute function tell_sessions();
create trigger tell_sessions after update of role, partner_id, blocked_at or delete on users
    for each statement execute function tell_sessions();
create trigger tell_sessions after update or delete on roles
    for each statement execute function tell_sessions();
create trigger tell_sessions after update of enabled or delete on partners
    for each statement execute function tell_sessions();

-- The role under which the api reads for a partner; what it may see is said in 0010_partner_walls.sql.
do $$
begin
    if not exists (select from pg_roles where rolname = 'paylater_partner') then
        create role paylater_partner nologin;
    end if;
exception
    when duplicate_object or unique_violation then null;
    when insufficient_privilege then
        raise exception 'This database user may not create roles. Create paylater_partner (nologin) by hand and grant it to this user';
end $$;
do $$
begin
    if not pg_has_role(current_user, 'paylater_partner', 'member') then
        execute format('grant paylater_partner to %I', current_user);
    end if;
end $$;

create function current_partner() returns uuid language sql stable as $$
    select nullif(current_setting('paylater.partner', true), '')::uuid
$$;
