-- What operators do with calls: who took part, for whom, through which phone.

alter table extensions
    add column kind text not null default 'sip' check (kind in ('sip', 'webrtc'));

alter table numbers
    add column partner_id uuid references partners (id);

alter table calls
    add column operator_id uuid,
    add column queue_id uuid,
    add column partner_id uuid,
    add column hold_s double precision not null default 0,
    add column parent_id uuid;
create index calls_operator on calls (operator_id, started_at desc) where operator_id is not null;
create index calls_queue on calls (queue_id, started_at desc) where queue_id is not null;
create index calls_partner on calls (partner_id, started_at desc) where partner_id is not null;

alter table call_legs
    add column user_id uuid,
    drop constraint call_legs_role_check,
    add constraint call_legs_role_check check (role in ('caller', 'callee', 'consult', 'supervisor'));

-- charged_to: the extension in whose name a number outside was called.
alter table call_legs
    add column charged_to text;
create index call_legs_charged on call_legs (charged_to, started_at) where charged_to is not null;

-- Who may call what. Of the enabled rules in order of position the first that fits the caller and the number decides.
-- users, groups, extensions: whom it concerns; all three empty: everybody. prefixes: digits of numbers in international
-- form; empty: every number. Limits hold for each extension, or for all that the rule concerns together.
create table outbound_rules (
    id uuid primary key,
    position integer not null,
    name text not null unique,
    users uuid[] not null default '{}',
    groups uuid[] not null default '{}',
    extensions text[] not null default '{}',
    prefixes text[] not null default '{}',
    allow boolean not null default true,
    schedule_id uuid references schedules (id),
    max_calls integer check (max_calls > 0),
    max_minutes_day integer check (max_minutes_day > 0),
    together boolean not null default false,
    enabled boolean not null default true,
    version integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

-- Which of our numbers is shown outside: the first rule that fits the caller and the number.
create table caller_id_rules (
    id uuid primary key,
    position integer not null,
    name text not null unique,
    users uuid[] not null default '{}',
    groups uuid[] not null default '{}',
    extensions text[] not null default '{}',
    prefixes text[] not null default '{}',
    caller_id text not null,
    enabled boolean not null default true,
    version integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

do $$
declare name text;
begin
    foreach name in array array['outbound_rules', 'caller_id_rules'] loop
        execute format('create trigger tell_config after insert or update or delete or truncate on %I
            for each statement execute function tell_config()', name);
    end loop;
end $$;
select audit_tables('outbound_rules', 'caller_id_rules');
