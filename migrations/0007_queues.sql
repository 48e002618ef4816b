-- Queues: configuration, the visits of callers, the offers to operators, call-backs.

create table queues (
    id uuid primary key,
    name text not null unique,
    partner_id uuid references partners (id),
    enabled boolean not null default true,
    -- Distribution
    strategy text not null default 'longest_idle'
        check (strategy in ('ring_all', 'linear', 'round_robin', 'longest_idle', 'fewest_calls', 'skills')),
    ring_s integer not null default 20 check (ring_s between 5 and 300),
    retry_s integer not null default 10 check (retry_s between 0 and 600),
    wrap_s integer not null default 15 check (wrap_s between 0 and 3600),
    tier_after_s integer not null default 0 check (tier_after_s between 0 and 3600),
    relax_s integer not null default 30 check (relax_s between 0 and 3600),
    head_start_s integer not null default 0 check (head_start_s between 0 and 86400),
    priority_s integer not null default 300 check (priority_s between 0 and 86400),
    vip_numbers text[] not null default '{}',
    vip_priority integer not null default 1 check (vip_priority between 0 and 10),
    -- Overflow: where callers go who can't or won't wait
    max_waiting integer check (max_waiting between 0 and 10000),
    full_to jsonb,
    max_wait_s integer check (max_wait_s between 5 and 86400),
    timeout_to jsonb,
    when_empty text not null default 'wait' check (when_empty in ('wait', 'leave')),
    empty_to jsonb,
    exit_digit text check (exit_digit ~ '^[0-9*#]$'),
    exit_to jsonb,
    -- What callers hear
    announce_position boolean not null default true,
    announce_wait boolean not null default true,
    announce_every_s integer not null default 30 check (announce_every_s between 5 and 3600),
    expected_handle_s integer not null default 180 check (expected_handle_s between 5 and 7200),
    welcome_prompt_id uuid references prompts (id),
    music_prompt_id uuid references prompts (id),
    message_prompt_ids uuid[] not null default '{}',
    message_every_s integer not null default 60 check (message_every_s between 5 and 3600),
    -- Call-backs
    callback_digit text check (callback_digit ~ '^[0-9*#]$'),
    callback_prompt_id uuid references prompts (id),
    callback_mode text not null default 'operator_first' check (callback_mode in ('operator_first', 'client_first')),
    callback_attempts integer not null default 3 check (callback_attempts between 1 and 20),
    callback_interval_s integer not null default 300 check (callback_interval_s between 5 and 86400),
    callback_ring_s integer not null default 40 check (callback_ring_s between 5 and 300),
    callback_schedule_id uuid references schedules (id),
    callback_caller_id text check (callback_caller_id ~ '^\+?[0-9]{2,15}$'),
    web_key text unique check (length(web_key) between 16 and 100),
    -- Service level: share answered within so many seconds
    target_s integer not null default 20 check (target_s between 1 and 3600),
    target_percent integer not null default 80 check (target_percent between 1 and 100),
    version integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    check (exit_digit is distinct from callback_digit or exit_digit is null)
);

-- A member is an operator or a group of them; the lower the tier, the sooner it is asked.
create table queue_members (
    queue_id uuid not null references queues (id) on delete cascade,
    user_id uuid references users (id) on delete cascade,
    group_id uuid references employee_groups (id) on delete cascade,
    tier smallint not null default 1 check (tier between 1 and 9),
    place integer not null default 0,
    check ((user_id is null) <> (group_id is null)),
    unique nulls not distinct (queue_id, user_id, group_id)
);
create index queue_members_user on queue_members (user_id);
create index queue_members_group on queue_members (group_id);

-- What an operator must know to serve the queue, and how well.
create table queue_skills (
    queue_id uuid not null references queues (id) on delete cascade,
    skill_id uuid not null references skills (id) on delete cascade,
    level smallint not null check (level between 1 and 10),
    primary key (queue_id, skill_id)
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
create index queue_offers_queue on queue_offers (queue_id, offered_at desc);

alter table callback_requests
    alter column call_id drop not null,
    add column node_id text,
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
    add column note text not null default '',
    add column name text not null default '';
create index callback_requests_number on callback_requests (number) where done_at is null;

-- Each try of a call-back; written before the phone rings, ``id`` is the id of its call.
create table callback_attempts (
    id uuid primary key,
    callback_id uuid not null,
    operator_id uuid,
    started_at timestamptz not null,
    ended_at timestamptz,
    result text check (result in ('answered', 'busy', 'no_answer', 'unavailable', 'operator_missed', 'failed',
        'interrupted'))
);
create index callback_attempts_callback on callback_attempts (callback_id);

-- A request of the api or of a web form: some engine node takes it.
create function tell_callback() returns trigger language plpgsql as $$
begin
    perform pg_notify('config', 'callback_requests');
    return null;
end $$;
create trigger tell_callback after insert on callback_requests
    for each row when (new.node_id is null and new.queue_id is not null) execute function tell_callback();

do $$
declare name text;
begin
    foreach name in array array['queues', 'queue_members', 'queue_skills'] loop
        execute format('create trigger tell_config after insert or update or delete or truncate on %I
            for each statement execute function tell_config()', name);
    end loop;
end $$;
