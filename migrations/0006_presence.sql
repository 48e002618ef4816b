-- What operators do now, and what they did: the working time.

-- A range of one id lets an exclusion constraint compare ids: it needs no extension (btree_gist is not in every
-- distribution of PostgreSQL).
create type uuid_range as range (subtype = uuid);

create table break_reasons (
    id uuid primary key,
    name text not null unique,
    name_en text not null default '',
    paid boolean not null default true,
    max_minutes integer check (max_minutes between 1 and 1440),
    enabled boolean not null default true,
    version integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

-- One row an operator, replaced at each change. `until`: when a reservation or a wrap-up ends by itself. `why`: how an
-- operator came to be away (asked, idle, missed, phone). `wanted`: the status to take after the present one.
create table presence (
    user_id uuid primary key,
    node_id text not null,
    status text not null check (status in ('offline', 'ready', 'reserved', 'on_call', 'wrap_up', 'break', 'away')),
    reason_id uuid,
    why text not null default '' check (why in ('', 'asked', 'idle', 'missed', 'phone')),
    since timestamptz not null,
    until timestamptz,
    call_id uuid,
    wanted jsonb,
    wrap_s integer not null default 0,
    missed_in_row integer not null default 0,
    reachable boolean not null default false
);

-- The log: one row for each time that is over, none for being offline; what goes on now is in `presence`. An operator
-- can't do two things at once, and rows are never changed.
create table presence_intervals (
    id uuid primary key,
    user_id uuid not null,
    status text not null check (status in ('ready', 'reserved', 'on_call', 'wrap_up', 'break', 'away')),
    reason_id uuid,
    why text not null default '',
    call_id uuid,
    during tstzrange not null check (not isempty(during) and lower(during) is not null and upper(during) is not null),
    constraint presence_no_overlap
        exclude using gist (during with &&, (uuid_range(user_id, user_id, '[]')) with &&)
);
create index presence_intervals_user on presence_intervals (user_id, lower(during));
create index presence_intervals_reason on presence_intervals (reason_id) where reason_id is not null;
create index presence_intervals_start on presence_intervals (lower(during));

create table shifts (
    id uuid primary key,
    user_id uuid not null references users (id) on delete cascade,
    during tstzrange not null check (not isempty(during) and lower(during) is not null and upper(during) is not null),
    note text not null default '',
    version integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint shifts_no_overlap
        exclude using gist (during with &&, (uuid_range(user_id, user_id, '[]')) with &&)
);
create index shifts_user on shifts (user_id, lower(during));

insert into break_reasons (id, name, name_en, paid, max_minutes) values
    ('00000000-0000-7000-8000-000000000101', 'Перерыв', 'Short break', true, 15),
    ('00000000-0000-7000-8000-000000000102', 'Обед', 'Lunch', false, 60),
    ('00000000-0000-7000-8000-000000000103', 'Обучение', 'Training', true, null);

create trigger tell_config after insert or update or delete or truncate on break_reasons
    for each statement execute function tell_config();

select audit_tables('break_reasons', 'shifts');
