-- Configuration of the PBX. Every change of a row tells the engine by NOTIFY config, so that it holds from the next call on.
-- A destination is {"kind": ..., ...}, as in engine/routing/model.py.

create table trunks (
    id uuid primary key,
    name text not null unique check (name ~ '^[a-z][a-z0-9_-]{0,39}$'),
    kind text not null check (kind in ('registering', 'ip')),
    host text not null,
    port integer not null default 5060 check (port between 1 and 65535),
    transport text not null default 'udp' check (transport in ('udp', 'tcp')),
    username text,
    password text,
    match text[] not null default '{}',
    codecs text[] not null default array['alaw', 'ulaw'],
    caller_id text,
    max_channels integer check (max_channels > 0),
    enabled boolean not null default true,
    version integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    check (kind <> 'registering' or (username is not null and password is not null)),
    check (kind <> 'ip' or cardinality(match) > 0)
);

create table prompts (
    id uuid primary key,
    name text not null unique,
    language text not null default 'ru' check (language in ('ru', 'en')),
    file text not null,
    duration_s double precision not null,
    size_bytes bigint not null,
    source text not null check (source in ('upload', 'phone')),
    version integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

create table voicemail_boxes (
    id uuid primary key,
    name text not null unique,
    greeting_prompt_id uuid references prompts (id),
    max_message_s integer not null default 180 check (max_message_s between 3 and 3600),
    max_messages integer not null default 200 check (max_messages between 1 and 100000),
    version integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

create table extensions (
    id uuid primary key,
    number text not null unique check (number ~ '^[0-9]{2,8}$'),
    name text not null,
    password text not null check (length(password) >= 8),
    codecs text[] not null default array['opus', 'alaw', 'ulaw'],
    caller_id text,
    max_contacts integer not null default 5 check (max_contacts between 1 and 20),
    ring_s integer not null default 30 check (ring_s between 5 and 300),
    voicemail_box_id uuid references voicemail_boxes (id),
    forwards jsonb not null default '[]',
    enabled boolean not null default true,
    version integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

create table ring_groups (
    id uuid primary key,
    name text not null unique,
    strategy text not null default 'ring_all' check (strategy in ('ring_all', 'linear')),
    members text[] not null check (cardinality(members) > 0),
    ring_s integer not null default 30 check (ring_s between 5 and 300),
    no_answer jsonb,
    version integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

create table schedules (
    id uuid primary key,
    name text not null unique,
    timezone text not null,
    weekly jsonb not null,
    exceptions jsonb not null default '[]',
    open jsonb not null,
    closed jsonb not null,
    version integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

create table menus (
    id uuid primary key,
    name text not null unique,
    definition jsonb not null,
    version integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

-- DIDs: the digits as dialled, without a plus sign.
create table numbers (
    id uuid primary key,
    number text not null unique check (number ~ '^[0-9]{2,15}$'),
    name text not null,
    trunk_id uuid references trunks (id),
    language text not null default 'ru' check (language in ('ru', 'en')),
    destination jsonb not null,
    record boolean not null default false,
    max_calls integer check (max_calls > 0),
    fallback_extension text references extensions (number) on update cascade,
    enabled boolean not null default true,
    version integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

create table speed_dials (
    id uuid primary key,
    code text not null unique check (code ~ '^[0-9*#]{1,8}$'),
    name text not null,
    destination jsonb not null,
    version integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

create table blacklist (
    id uuid primary key,
    pattern text not null check (pattern ~ '^[0-9]{1,15}$'),
    kind text not null check (kind in ('exact', 'prefix')),
    reason text not null default '',
    until timestamptz,
    action jsonb not null default '{"kind": "reject"}',
    version integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique (pattern, kind)
);

create table dialplan_versions (
    id integer generated always as identity primary key,
    created_at timestamptz not null default now(),
    author text not null,
    comment text not null default '',
    templates jsonb not null,
    activated_at timestamptz,
    active boolean not null default false
);
create unique index dialplan_one_active on dialplan_versions (active) where active;

create function tell_config() returns trigger language plpgsql as $$
begin
    perform pg_notify('config', tg_table_name);
    return null;
end $$;

do $$
declare name text;
begin
    foreach name in array array['trunks', 'prompts', 'voicemail_boxes', 'extensions', 'ring_groups', 'schedules',
        'menus', 'numbers', 'speed_dials', 'blacklist', 'dialplan_versions'] loop
        execute format('create trigger tell_config after insert or update or delete or truncate on %I
            for each statement execute function tell_config()', name);
    end loop;
end $$;

-- The box for messages left while nothing else is known of the call.
insert into voicemail_boxes (id, name) values ('00000000-0000-7000-8000-000000000001', 'Резервный ящик');

-- Versions of the dialplan are told in the feed of changes, whoever writes them.
create function tell_dialplan() returns trigger language plpgsql as $$
begin
    perform add_changes(array['config'], array[case tg_op when 'INSERT' then 'created' else 'updated' end],
        array['dialplan/versions/' || new.id], array[jsonb_build_object('active', new.active)]);
    return null;
end $$;
create trigger tell_dialplan after insert or update on dialplan_versions
    for each row execute function tell_dialplan();
