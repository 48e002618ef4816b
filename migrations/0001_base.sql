-- What everything stands on: engine nodes and the feed of changes that the live WebSocket reads.

create table engine_nodes (
    id text primary key,
    control_url text not null,
    started_at timestamptz not null,
    heartbeat_at timestamptz not null
);

-- Changes, in the order in which they were committed: writers hold one advisory lock (add_changes), so that a reader
-- that has seen id N has seen everything before N.
create table changes (
    id bigint generated always as identity primary key,
    at timestamptz not null default now(),
    topic text not null,
    kind text not null,
    key text not null,
    data jsonb not null
);
create index changes_at on changes (at);

create function add_changes(topics text[], kinds text[], keys text[], datas jsonb[]) returns void
language plpgsql as $$
begin
    perform pg_advisory_xact_lock(7250002);
    insert into changes (topic, kind, key, data)
    select * from unnest(topics, kinds, keys, datas);
    perform pg_notify('changes', '');
end $$;
