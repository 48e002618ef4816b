-- Queues: configuration, the visits of callers, the offers to operators, call-backs.

create table queues (
    id uuid primary key,
    name text not null unique,
    partner_id uuid references partners (id),
    strategy text not null default 'longest_idle'
        check (strategy in ('ring_all', 'linear', 'round_robin', 'longest_idle', 'fewest_calls', 'skills')),
    ring_s integer not null default 20 check (ring_s between 5 and 300),
    wrap_s integer not null default 15 check (wrap_s between 0 and 3600),
    target_s integer not null default 20 check (target_s between 1 and 3600),
    target_percent integer not null default 80 check (target_percent between 1 and 100),
    enabled boolean not null default true,
    version integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

create table queue_visits (
    id uuid primary key,
    call_id uuid not null,
    queue_id uuid not null,
    partner_id uuid,
    caller text not null,
    priority integer not null default 0,
    position integer,
    estimated_wait_s double precision,
    entered_at timestamptz not null,
    answered_at timestamptz,
    ended_at timestamptz,
    outcome text not null default 'waiting' check (outcome in ('waiting', 'answered', 'abandoned', 'timeout', 'full',
        'exit', 'callback', 'no_operators', 'transferred', 'failed')),
    operator_id uuid,
    wait_s double precision not null default 0,
    talk_s double precision not null default 0,
    hold_s double precision not null default 0
);
create index queue_visits_queue on queue_visits (queue_id, entered_at);
create index queue_visits_entered on queue_visits (entered_at);
create index queue_visits_call on queue_visits (call_id);

create table queue_offers (
    id uuid primary key,
    visit_id uuid not null,
    queue_id uuid not null,
    call_id uuid not null,
    user_id uuid not null,
    offered_at timestamptz not null,
    ended_at timestamptz,
    result text not null default 'offered'
        check (result in ('offered', 'answered', 'missed', 'rejected', 'cancelled', 'failed'))
);
create index queue_offers_user on queue_offers (user_id, offered_at);
create index queue_offers_visit on queue_offers (visit_id);

alter table callback_requests
    alter column call_id drop not null,
    add column queue_id uuid,
    add column visit_id uuid,
    add column place_at timestamptz,
    add column priority integer not null default 0,
    add column mode text not null default 'operator_first' check (mode in ('operator_first', 'client_first')),
    add column state text not null default 'waiting' check (state in ('waiting', 'calling', 'done', 'failed', 'cancelled')),
    add column attempts integer not null default 0,
    add column next_at timestamptz,
    add column last_reason text,
    add column source text not null default 'menu' check (source in ('queue', 'menu', 'api', 'web', 'missed')),
    add column operator_id uuid,
    add column note text not null default '';
