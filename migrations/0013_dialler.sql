-- The dialler: lists of leads, campaigns, attempts, do-not-call, portraits, dispositions, results that leave.

-- A source that a list (http, sql) or a portrait is read from. settings: see api/sources/model.py; secret is sealed.
create table lead_sources (
    id uuid primary key,
    name text not null unique,
    kind text not null check (kind in ('http', 'sql', 'portrait')),
    settings jsonb not null,
    secret text,
    enabled boolean not null default true,
    partner_id uuid references partners (id),
    version integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

-- refresh: when rows of the source are read again (api/lists/model.py); mapping: column -> what it is of a lead.
create table lead_lists (
    id uuid primary key,
    name text not null unique,
    partner_id uuid references partners (id),
    region text not null default 'RU' check (region ~ '^[A-Z]{2}$'),
    timezone text not null default 'Europe/Moscow',
    dedup text not null default 'list' check (dedup in ('none', 'list', 'all')),
    source_id uuid references lead_sources (id),
    mapping jsonb not null default '{}',
    refresh jsonb,
    refreshed_at timestamptz,
    refresh_next_at timestamptz,
    refresh_error text,
    enabled boolean not null default true,
    version integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

-- A client to be reached. external_id: the client in the customer's own system; data: columns of the list, usable as
-- variables; portrait: what the customer's system told last.
create table leads (
    id uuid primary key,
    list_id uuid not null references lead_lists (id) on delete cascade,
    external_id text,
    name text not null default '',
    language text check (language in ('ru', 'en')),
    timezone text,
    data jsonb not null default '{}',
    portrait jsonb,
    portrait_at timestamptz,
    import_id uuid,
    enabled boolean not null default true,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
create unique index leads_external on leads (external_id, list_id) where external_id is not null;
create index leads_list on leads (list_id, id);
create index leads_changed on leads (list_id, updated_at);

-- Ways to reach a lead, in order. address: digits of E.164 without a plus, an e-mail address, a messenger's id.
-- timezone: of the number, where it tells one; the lead's own wins.
create table lead_contacts (
    lead_id uuid not null references leads (id) on delete cascade,
    position smallint not null check (position between 1 and 20),
    list_id uuid not null,
    channel text not null default 'phone' check (channel in ('phone', 'sms', 'email', 'messenger')),
    address text not null,
    role text not null default '',
    timezone text,
    enabled boolean not null default true,
    primary key (lead_id, position)
);
create index lead_contacts_address on lead_contacts (address, channel);
create index lead_contacts_list on lead_contacts (list_id, address);

-- Rows on their way into a list. read: rows that are settled; worker: the process that has it, known by heartbeat_at.
create table lead_imports (
    id uuid primary key,
    list_id uuid not null references lead_lists (id) on delete cascade,
    source text not null check (source in ('csv', 'xlsx', 'api', 'http', 'sql')),
    file text not null default '',
    options jsonb not null default '{}',
    state text not null default 'uploaded'
        check (state in ('uploaded', 'queued', 'running', 'done', 'failed', 'cancelled')),
    total integer,
    read integer not null default 0,
    added integer not null default 0,
    updated integer not null default 0,
    duplicates integer not null default 0,
    errors integer not null default 0,
    error text,
    worker uuid,
    created_by uuid,
    created_at timestamptz not null default now(),
    started_at timestamptz,
    heartbeat_at timestamptz,
    finished_at timestamptz
);
create index lead_imports_list on lead_imports (list_id, created_at desc);
create index lead_imports_open on lead_imports (created_at) where state in ('queued', 'running');

create table lead_import_errors (
    import_id uuid not null references lead_imports (id) on delete cascade,
    line integer not null,
    field text not null default '',
    value text not null default '',
    message text not null
);
create index lead_import_errors_import on lead_import_errors (import_id, line);

-- Who must not be called by campaigns; of one partner, or (none) of all. Looked at in the moment of dialling.
create table do_not_call (
    id uuid primary key,
    address text not null,
    partner_id uuid references partners (id),
    reason text not null default '',
    source text not null default 'hand' check (source in ('hand', 'import', 'opt_out', 'operator', 'api')),
    until timestamptz,
    created_by uuid,
    created_at timestamptz not null default now(),
    unique nulls not distinct (address, partner_id)
);

-- Hours in which the law lets people be called, by country or prefix of the number; the longest prefix holds.
-- weekly: [{day, start, end}] in the person's own time.
create table calling_hours (
    id uuid primary key,
    name text not null,
    prefix text not null unique check (prefix ~ '^[0-9]{0,15}$'),
    weekly jsonb not null,
    holidays jsonb not null default '[]',
    enabled boolean not null default true,
    version integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

insert into calling_hours (id, name, prefix, weekly) select '00000000-0000-7000-8000-000000000021', 'Россия', '7',
    jsonb_agg(jsonb_build_object('day', day, 'start', case when day < 6 then '08:00:00' else '09:00:00' end,
        'end', case when day < 6 then '22:00:00' else '20:00:00' end)) from generate_series(1, 7) as day;

-- settings: engine/dialer/campaign.py CampaignSettings. A template is a campaign that never runs.
create table campaigns (
    id uuid primary key,
    name text not null unique,
    partner_id uuid references partners (id),
    template boolean not null default false,
    mode text not null default 'progressive'
        check (mode in ('preview', 'progressive', 'predictive', 'automatic', 'robocall')),
    state text not null default 'draft' check (state in ('draft', 'scheduled', 'running', 'paused', 'finished')),
    priority smallint not null default 5 check (priority between 1 and 10),
    queue_id uuid references queues (id),
    settings jsonb not null,
    starts_at timestamptz,
    ends_at timestamptz,
    started_at timestamptz,
    finished_at timestamptz,
    state_why text not null default '',
    version integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

-- Whoever changes a campaign, by hand or by the clock: those who follow campaigns are told.
create function tell_campaign() returns trigger language plpgsql as $$
declare c campaigns := case tg_op when 'DELETE' then old else new end;
begin
    perform add_changes(array['campaigns'], array[case tg_op when 'DELETE' then 'deleted' else 'state' end],
        array[c.id::text], array[jsonb_build_object('campaign_id', c.id, 'partner_id', c.partner_id, 'name', c.name,
            'template', c.template, 'mode', c.mode, 'state', c.state, 'state_why', c.state_why, 'version', c.version)]);
    return null;
end $$;
create trigger tell_campaign after insert or update or delete on campaigns for each row execute function tell_campaign();

create table campaign_lists (
    campaign_id uuid not null references campaigns (id) on delete cascade,
    list_id uuid not null references lead_lists (id),
    priority smallint not null default 0 check (priority between -100 and 100),
    primary key (campaign_id, list_id)
);
create index campaign_lists_list on campaign_lists (list_id);

-- A lead's way through a campaign. step: place in the chain; contact: position of the contact that is next; zone: the
-- time zone that its window is looked at in; prefix: calling_hours' prefix of the number; user_id: kept for one operator;
-- tried: outcome -> times at this contact; dropped: positions of contacts that are of no use; attempt_id: the last one.
create table campaign_leads (
    campaign_id uuid not null references campaigns (id) on delete cascade,
    lead_id uuid not null references leads (id) on delete cascade,
    list_id uuid not null,
    state text not null default 'waiting' check (state in ('waiting', 'claimed', 'done')),
    priority integer not null default 0,
    next_at timestamptz not null default '-infinity',
    zone text not null,
    prefix text not null default '',
    step smallint not null default 0,
    contact smallint not null default 1,
    attempts smallint not null default 0,
    step_attempts smallint not null default 0,
    day date,
    attempts_day smallint not null default 0,
    tried jsonb not null default '{}',
    dropped smallint[] not null default '{}',
    live_only boolean not null default false,
    user_id uuid,
    last_outcome text,
    last_at timestamptz,
    result text,
    attempt_id uuid,
    node_id text,
    claimed_at timestamptz,
    done_at timestamptz,
    primary key (campaign_id, lead_id)
);
create index campaign_leads_due on campaign_leads (campaign_id, zone, prefix, priority desc, next_at) where state = 'waiting';
create index campaign_leads_special on campaign_leads (campaign_id, next_at)
    where state = 'waiting' and (live_only or user_id is not null);
create index campaign_leads_claimed on campaign_leads (node_id) where state = 'claimed';
create index campaign_leads_lead on campaign_leads (lead_id);
create index campaign_leads_state on campaign_leads (campaign_id, state, result);

-- One try to reach a lead; the id is that of its call. Written before anything is sent to the network. zone: the
-- client's time zone, by which its hours were looked at; taken_at: when it left the buffer of claims to be dialled.
create table dial_attempts (
    id uuid primary key,
    campaign_id uuid not null,
    lead_id uuid not null,
    list_id uuid not null,
    partner_id uuid,
    node_id text not null,
    mode text not null,
    channel text not null default 'phone',
    address text not null,
    zone text not null default '',
    shown text not null default '',
    number smallint not null,
    step smallint not null default 0,
    contact smallint not null default 1,
    claimed_at timestamptz not null,
    taken_at timestamptz,
    dialed_at timestamptz,
    ringing_at timestamptz,
    answered_at timestamptz,
    detected_at timestamptz,
    connected_at timestamptz,
    ended_at timestamptz,
    outcome text,
    cause smallint,
    abandoned boolean not null default false,
    verdict text,
    verdict_confidence real,
    verdict_s real,
    verdict_by text,
    corrected text,
    operator_id uuid,
    disposition_id uuid,
    disposition_at timestamptz,
    note text not null default '',
    callback_at timestamptz,
    talk_s double precision not null default 0,
    wrap_s double precision not null default 0,
    answers jsonb not null default '{}',
    next_at timestamptz
);
create index dial_attempts_campaign on dial_attempts (campaign_id, claimed_at desc, id desc);
create index dial_attempts_lead on dial_attempts (lead_id, claimed_at desc);
create index dial_attempts_open on dial_attempts (node_id) where ended_at is null;
create index dial_attempts_answered on dial_attempts (campaign_id, answered_at) include (outcome, abandoned)
    where answered_at is not null;
create index dial_attempts_address on dial_attempts (address, claimed_at desc);
create index dial_attempts_abandoned on dial_attempts (address, ended_at) where abandoned;
create index dial_attempts_operator on dial_attempts (operator_id, claimed_at) where operator_id is not null;

-- Results in the order of their commits, for those who pull them by cursor; a result that is corrected comes again.
create table campaign_results (
    id bigint generated always as identity primary key,
    attempt_id uuid not null,
    at timestamptz not null default now()
);
create index campaign_results_attempt on campaign_results (attempt_id);

-- At the very end of a transaction, under a lock that is held until its commit: a number once seen is never followed
-- by a smaller one. Nothing else is locked after it.
create function note_result() returns trigger language plpgsql as $$
begin
    perform pg_advisory_xact_lock(7250013);
    insert into campaign_results (attempt_id) values (new.id);
    return null;
end $$;
create constraint trigger note_end after update of ended_at on dial_attempts deferrable initially deferred
    for each row when (old.ended_at is null and new.ended_at is not null) execute function note_result();
create constraint trigger note_made after insert on dial_attempts deferrable initially deferred
    for each row when (new.ended_at is not null) execute function note_result();
create constraint trigger note_word after update of disposition_id, note, callback_at, corrected on dial_attempts
    deferrable initially deferred for each row
    when (old.ended_at is not null and (old.disposition_id, old.note, old.callback_at, old.corrected)
        is distinct from (new.disposition_id, new.note, new.callback_at, new.corrected)) execute function note_result();

-- What an operator says of a call. meaning drives what happens with the lead; retry_s: when to call again.
create table dispositions (
    id uuid primary key,
    campaign_id uuid references campaigns (id) on delete cascade,
    code text not null check (code ~ '^[a-z0-9_]{1,40}$'),
    title text not null,
    title_en text not null default '',
    meaning text not null check (meaning in ('success', 'refusal', 'callback', 'retry', 'wrong_number', 'machine',
        'do_not_call', 'other')),
    retry_s integer check (retry_s between 60 and 31536000),
    place integer not null default 0,
    enabled boolean not null default true,
    version integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique nulls not distinct (campaign_id, code)
);

insert into dispositions (id, code, title, title_en, meaning, retry_s, place) values
    ('00000000-0000-7000-8000-000000000031', 'success', 'Успех', 'Success', 'success', null, 1),
    ('00000000-0000-7000-8000-000000000032', 'refusal', 'Отказ', 'Refusal', 'refusal', null, 2),
    ('00000000-0000-7000-8000-000000000033', 'callback', 'Перезвонить', 'Call back', 'callback', 86400, 3),
    ('00000000-0000-7000-8000-000000000034', 'wrong_number', 'Не тот номер', 'Wrong number', 'wrong_number', null, 4),
    ('00000000-0000-7000-8000-000000000035', 'machine', 'Автоответчик', 'Answering machine', 'machine', null, 5),
    ('00000000-0000-7000-8000-000000000036', 'do_not_call', 'Просит не звонить', 'Do not call', 'do_not_call', null, 6);

-- How a campaign went, a row for each node and interval: what the monitor draws and what explains each decision.
create table pacing_samples (
    campaign_id uuid not null references campaigns (id) on delete cascade,
    node_id text not null,
    at timestamptz not null,
    mode text not null,
    agents smallint not null,
    ready smallint not null,
    talking smallint not null,
    wrapping smallint not null,
    lines smallint not null,
    wanted smallint not null,
    occupancy real,
    abandon_rate real,
    answer_rate real,
    explanation jsonb not null default '{}',
    primary key (campaign_id, at, node_id)
);

-- What the pacing of a node has learnt of a campaign (engine/dialer/pacing), for its next process.
create table pacing_states (
    campaign_id uuid not null references campaigns (id) on delete cascade,
    node_id text not null,
    state jsonb not null,
    at timestamptz not null,
    primary key (campaign_id, node_id)
);

-- Where results go. events: kinds that it wants; secret (for the HMAC) is sealed; the one before it signs too until
-- secret_before_until.
create table webhooks (
    id uuid primary key,
    name text not null unique,
    url text not null,
    secret text not null,
    secret_before text,
    secret_before_until timestamptz,
    events text[] not null,
    campaign_ids uuid[] not null default '{}',
    partner_id uuid references partners (id),
    enabled boolean not null default true,
    version integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

-- The outbox: written in the transaction of the fact itself. key: deliveries of one key go in order. refusals: times
-- that the receiver answered that it does not want this one; resent_at: since when it counts as new again.
create table webhook_deliveries (
    id bigint generated always as identity primary key,
    webhook_id uuid not null references webhooks (id) on delete cascade,
    event_id text not null,
    event text not null,
    key text not null,
    body jsonb not null,
    state text not null default 'waiting' check (state in ('waiting', 'sending', 'delivered', 'dead')),
    attempts smallint not null default 0,
    next_at timestamptz not null default now(),
    claimed_at timestamptz,
    delivered_at timestamptz,
    status smallint,
    error text,
    refusals smallint not null default 0,
    resent_at timestamptz,
    created_at timestamptz not null default now(),
    unique (webhook_id, event_id)
);
alter table webhook_deliveries set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
create index webhook_deliveries_due on webhook_deliveries (webhook_id, key, id) where state in ('waiting', 'sending');
create index webhook_deliveries_list on webhook_deliveries (webhook_id, id desc);
create index webhook_deliveries_waiting on webhook_deliveries (webhook_id, next_at, id) where state = 'waiting';
create index webhook_deliveries_sending on webhook_deliveries (claimed_at) where state = 'sending';
create index webhook_deliveries_dead on webhook_deliveries (webhook_id, id) where state = 'dead';

-- How a webhook's other end is: failures in a row without a delivery between; nothing is sent before down_until.
create table webhook_health (
    webhook_id uuid primary key references webhooks (id) on delete cascade,
    failures integer not null default 0,
    down_until timestamptz,
    failed_at timestamptz,
    delivered_at timestamptz,
    error text
);

-- Wakes the workers of all processes when the transaction is done.
create function tell_webhooks() returns trigger language plpgsql as $$
begin
    perform pg_notify('webhooks', '');
    return null;
end $$;
create trigger tell_webhooks after insert on webhook_deliveries for each statement execute function tell_webhooks();
create trigger tell_webhooks after update of url, enabled on webhooks for each statement execute function tell_webhooks();

-- Facts for webhooks, in the transaction that makes them facts: an attempt has ended, an operator said of it, a lead is
-- done. event_id names the fact, so that none is written twice.
create function put_webhook(event text, event_id text, campaign uuid, partner uuid, lead uuid, facts jsonb)
returns void language sql as $$
    insert into webhook_deliveries (webhook_id, event_id, event, key, body)
    select w.id, $2, $1, coalesce(l.external_id, $5::text), jsonb_build_object('event', $1, 'event_id', $2, 'at', now(),
        'campaign', jsonb_build_object('id', $3, 'name', c.name),
        'lead', jsonb_build_object('id', $5, 'external_id', l.external_id, 'name', coalesce(l.name, ''), 'list_id', l.list_id)
        ) || $6
    from webhooks w left join leads l on l.id = $5 left join campaigns c on c.id = $3
    where w.enabled and $1 = any(w.events) and (w.campaign_ids = '{}' or $3 = any(w.campaign_ids))
        and (w.partner_id is null or w.partner_id = $4)
    on conflict do nothing
$$;

create function attempt_facts(a dial_attempts) returns jsonb language sql stable as $$
    select jsonb_build_object('attempt', to_jsonb(a) - array['campaign_id', 'lead_id', 'list_id', 'partner_id', 'node_id',
            'taken_at', 'answers', 'disposition_id'],
        'answers', a.answers,
        'disposition', (select jsonb_build_object('code', d.code, 'title', d.title, 'meaning', d.meaning)
            from dispositions d where d.id = a.disposition_id))
$$;

create function tell_attempt() returns trigger language plpgsql as $$
begin
    if old.ended_at is null then
        perform put_webhook('attempt.ended', 'attempt.ended:' || new.id, new.campaign_id, new.partner_id, new.lead_id,
            attempt_facts(new));
    end if;
    if new.disposition_id is not null and (old.ended_at is null or (old.disposition_id, old.disposition_at)
            is distinct from (new.disposition_id, new.disposition_at)) then
        perform put_webhook('attempt.disposition', concat_ws(':', 'attempt.disposition', new.id, new.disposition_id,
            extract(epoch from new.disposition_at)), new.campaign_id, new.partner_id, new.lead_id, attempt_facts(new));
    end if;
    return null;
end $$;
create trigger tell_attempt after update on dial_attempts for each row
    when (new.ended_at is not null and (old.ended_at is null or (old.disposition_id, old.disposition_at)
        is distinct from (new.disposition_id, new.disposition_at))) execute function tell_attempt();

create function tell_lead() returns trigger language plpgsql as $$
begin
    perform put_webhook('lead.done', concat_ws(':', 'lead.done', new.campaign_id, new.lead_id, new.attempt_id,
            extract(epoch from new.done_at)), new.campaign_id,
        (select partner_id from campaigns where id = new.campaign_id), new.lead_id,
        jsonb_build_object('result', new.result, 'attempts', new.attempts, 'last_outcome', new.last_outcome,
            'last_attempt_id', new.attempt_id, 'done_at', new.done_at));
    return null;
end $$;
create trigger tell_lead after update on campaign_leads for each row
    when (new.state = 'done' and (old.state <> 'done' or old.result is distinct from new.result))
    execute function tell_lead();
create trigger tell_lead_made after insert on campaign_leads for each row
    when (new.state = 'done') execute function tell_lead();

do $$
declare name text;
begin
    foreach name in array array['campaigns', 'campaign_lists', 'do_not_call', 'calling_hours', 'dispositions'] loop
        execute format('create trigger tell_config after insert or update or delete or truncate on %I
            for each statement execute function tell_config()', name);
    end loop;
end $$;

-- As before, and secret_before.
create or replace function mask_secrets(row_now jsonb, row_other jsonb) returns jsonb language sql immutable as $$
    select coalesce(jsonb_object_agg(key, case
        when key not in ('password', 'password_hash', 'secret', 'secret_before', 'totp_secret', 'totp_step', 'hash',
                'token', 'body')
            or value = 'null' then value
        when row_other is not null and row_other -> key is distinct from value then '"*** (another)"'
        else '"***"' end), '{}')
    from jsonb_each(row_now)
$$;

select audit_tables('lead_sources', 'lead_lists', 'lead_imports', 'do_not_call', 'calling_hours', 'campaigns',
    'campaign_lists', 'dispositions', 'webhooks');

update roles set rights = rights || array['campaigns.read', 'campaigns.write', 'campaigns.control', 'leads.read',
    'leads.write'] where name = 'supervisor';
update roles set rights = rights || array['campaigns.own'] where name in ('operator', 'supervisor');

-- What users of a partner may see of it.
do $$
declare
    walls jsonb := jsonb_build_object(
        'lead_lists', 'partner_id = current_partner()',
        'leads', 'exists (select from lead_lists l where l.id = list_id)',
        'lead_contacts', 'exists (select from lead_lists l where l.id = list_id)',
        'lead_imports', 'exists (select from lead_lists l where l.id = list_id)',
        'lead_import_errors', 'exists (select from lead_imports i where i.id = import_id)',
        'do_not_call', 'partner_id = current_partner()',
        'campaigns', 'partner_id = current_partner()',
        'campaign_lists', 'exists (select from campaigns c where c.id = campaign_id)',
        'campaign_leads', 'exists (select from campaigns c where c.id = campaign_id)',
        'dial_attempts', 'partner_id = current_partner()',
        'campaign_results', 'exists (select from dial_attempts a where a.id = attempt_id)',
        'dispositions', 'campaign_id is null or exists (select from campaigns c where c.id = campaign_id)',
        'pacing_samples', 'exists (select from campaigns c where c.id = campaign_id)');
    wall record;
begin
    for wall in select key as name, value as rows from jsonb_each_text(walls) loop
        execute format('alter table %I enable row level security', wall.name);
        execute format('create policy of_partner on %I to paylater_partner using (%s)', wall.name, wall.rows);
        execute format('grant select on %I to paylater_partner', wall.name);
    end loop;
end $$;
grant select on calling_hours to paylater_partner;
