-- Calls, live and past. The three history tables are partitioned by the month in which the call started.

create table calls (
    id uuid not null,
    started_at timestamptz not null,
    node_id text not null,
    direction text not null check (direction in ('inbound', 'outbound', 'internal')),
    caller text not null,
    caller_name text not null default '',
    called text not null,
    number_id uuid,
    language text,
    answered_at timestamptz,
    ended_at timestamptz,
    outcome text check (outcome in ('answered', 'served', 'abandoned', 'voicemail', 'busy', 'no_answer', 'rejected',
        'failed', 'turned_away')),
    ended_by text check (ended_by in ('caller', 'callee', 'system')),
    cause smallint,
    talk_s double precision not null default 0,
    served_by text not null default 'engine' check (served_by in ('engine', 'fallback')),
    variables jsonb not null default '{}',
    primary key (started_at, id)
) partition by range (started_at);
create index calls_id on calls (id);
create index calls_caller on calls (caller, started_at desc);
create index calls_called on calls (called, started_at desc);

create table call_legs (
    call_id uuid not null,
    call_started_at timestamptz not null,
    channel_id text not null,
    role text not null check (role in ('caller', 'callee')),
    number text not null,
    endpoint text not null default '',
    started_at timestamptz not null,
    answered_at timestamptz,
    ended_at timestamptz,
    cause smallint,
    primary key (call_started_at, call_id, channel_id)
) partition by range (call_started_at);

create table call_events (
    call_id uuid not null,
    call_started_at timestamptz not null,
    seq integer not null,
    at timestamptz not null,
    kind text not null,
    data jsonb not null default '{}',
    primary key (call_started_at, call_id, seq)
) partition by range (call_started_at);

-- Makes the month's partitions; safe to call at any time, by several processes.
create function ensure_call_partitions(month timestamptz) returns void language plpgsql as $$
declare
    first timestamptz := date_trunc('month', month at time zone 'UTC') at time zone 'UTC';
    next timestamptz := (date_trunc('month', month at time zone 'UTC') + interval '1 month') at time zone 'UTC';
    suffix text := to_char(first at time zone 'UTC', 'YYYY_MM');
    parent text;
begin
    perform pg_advisory_xact_lock(7250003);
    foreach parent in array array['calls', 'call_legs', 'call_events'] loop
        if to_regclass(parent || '_' || suffix) is null then
            execute format('create table %I partition of %I for values from (%L) to (%L)',
                parent || '_' || suffix, parent, first, next);
        end if;
    end loop;
end $$;

-- State of each live call, enough for a new engine process to adopt it; the row goes when the call ends.
create table live_calls (
    call_id uuid primary key,
    node_id text not null,
    started_at timestamptz not null,
    state jsonb not null,
    updated_at timestamptz not null default now()
) with (fillfactor = 50);
create index live_calls_node on live_calls (node_id);

-- How far each node's journal is in the database; written with the records themselves, so each counts once.
create table journal_positions (
    node_id text primary key,
    position bigint not null
);

create table recordings (
    id uuid primary key,
    call_id uuid not null,
    call_started_at timestamptz not null,
    file text not null,
    started_at timestamptz not null,
    duration_s double precision,
    size_bytes bigint,
    state text not null check (state in ('recording', 'done', 'failed')),
    error text
);
create index recordings_call on recordings (call_id);

create table voicemail_messages (
    id uuid primary key,
    box_id uuid not null,
    call_id uuid not null,
    caller text not null,
    created_at timestamptz not null,
    file text not null,
    duration_s double precision not null,
    size_bytes bigint not null,
    heard_at timestamptz
);
create index voicemail_messages_box on voicemail_messages (box_id, created_at desc);

create table callback_requests (
    id uuid primary key,
    call_id uuid not null,
    number text not null,
    called text not null,
    requested_at timestamptz not null,
    done_at timestamptz
);
create index callback_requests_open on callback_requests (requested_at) where done_at is null;
