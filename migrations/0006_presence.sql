-- What operators do now, and what they did: the working time.

create extension if not exists btree_gist;

create table break_reasons (
    id uuid primary key,
    name text not null unique,
    name_en text not null default '',
    paid boolean not null default true,
    max_minutes integer check (max_minutes between 1 and 1440),
    version integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

create table presence (
    user_id uuid primary key,
    node_id text not null,
    status text not null check (status in ('offline', 'ready', 'reserved', 'on_call', 'wrap_up', 'break', 'away')),
    reason_id uuid,
    since timestamptz not null,
    until timestamptz,
    call_id uuid,
    wanted jsonb,
    missed_in_row integer not null default 0
);

create table presence_intervals (
    id uuid primary key,
    user_id uuid not null,
    status text not null,
    reason_id uuid,
    call_id uuid,
    during tstzrange not null check (not isempty(during)),
    exclude using gist (user_id with =, during with &&)
);

create table shifts (
    id uuid primary key,
    user_id uuid not null references users (id) on delete cascade,
    during tstzrange not null check (not isempty(during)),
    version integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    exclude using gist (user_id with =, during with &&)
);
