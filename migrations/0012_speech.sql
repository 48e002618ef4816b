-- What was said: transcripts of calls and of voicemail messages, answers to open questions, jobs, rules and alerts.

alter table queues
    add column transcribe boolean not null default true;
alter table numbers
    add column languages text[] not null default '{}';
alter table recordings
    add column channels smallint not null default 1;

-- One a call and source. side: client (outside, or who called within the company) or operator.
-- measures: talk_s and words by side, talk_ratio, silence_s, longest_silence_s, interruptions.
create table transcripts (
    id uuid primary key,
    call_id uuid,
    call_started_at timestamptz,
    message_id uuid,
    recording_id uuid,
    source text not null check (source in ('live', 'recording', 'message')),
    state text not null default 'open' check (state in ('open', 'done', 'failed')),
    engine text not null default '',
    language text,
    started_at timestamptz not null,
    duration_s double precision,
    operator_id uuid,
    queue_id uuid,
    partner_id uuid,
    measures jsonb not null default '{}',
    sentiment real,
    masked boolean not null default false,
    search_client tsvector,
    search_operator tsvector,
    updated_at timestamptz not null default now()
);
create index transcripts_call on transcripts (call_id);
create index transcripts_message on transcripts (message_id) where message_id is not null;
create index transcripts_open on transcripts (id) where state = 'open';
create index transcripts_started on transcripts (started_at desc);
create index transcripts_client on transcripts using gin (search_client);
create index transcripts_operator on transcripts using gin (search_operator);

-- Stretches of speech in their order. Times in seconds from the transcript's start; words: [[text, start_s, end_s,
-- confidence], ...].
create table transcript_segments (
    transcript_id uuid not null,
    seq integer not null,
    side text not null check (side in ('client', 'operator')),
    user_id uuid,
    start_s double precision not null,
    end_s double precision not null,
    text text not null,
    words jsonb not null default '[]',
    confidence real,
    language text,
    sentiment real,
    masked boolean not null default false,
    primary key (transcript_id, seq)
);

-- What a caller answered to an open question of a menu.
create table spoken_answers (
    id uuid primary key,
    call_id uuid not null,
    call_started_at timestamptz not null,
    step text not null,
    variable text not null,
    text text not null,
    confidence real,
    language text,
    file text,
    duration_s double precision,
    created_at timestamptz not null
);
create index spoken_answers_call on spoken_answers (call_id);

-- Recordings and messages to be transcribed. Claimed by SKIP LOCKED; a claim that is too old is taken again.
create table transcription_jobs (
    id uuid primary key,
    batch_id uuid,
    kind text not null check (kind in ('recording', 'message')),
    subject_id uuid not null,
    node_id text,
    language text,
    state text not null default 'queued' check (state in ('queued', 'running', 'done', 'failed', 'cancelled')),
    priority smallint not null default 0,
    attempts smallint not null default 0,
    progress real not null default 0,
    next_at timestamptz not null default now(),
    claimed_at timestamptz,
    finished_at timestamptz,
    error text,
    transcript_id uuid,
    created_at timestamptz not null default now(),
    unique (kind, subject_id)
);
create index transcription_jobs_due on transcription_jobs (priority desc, next_at) where state in ('queued', 'running');

-- Words and topics that are looked for in what is said. side: whose words; empty: both. repeat_s: once a call and side,
-- and again after so many seconds; 0: never again.
create table speech_rules (
    id uuid primary key,
    name text not null unique,
    kind text not null check (kind in ('keyword', 'topic')),
    phrases text[] not null,
    side text check (side in ('client', 'operator')),
    queue_id uuid references queues (id),
    severity text not null default 'info' check (severity in ('info', 'warning', 'alarm')),
    repeat_s integer not null default 0,
    enabled boolean not null default true,
    version integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

create table speech_alerts (
    id uuid primary key,
    rule_id uuid not null,
    rule_name text not null,
    severity text not null,
    transcript_id uuid not null,
    call_id uuid,
    side text not null,
    at_s double precision not null,
    text text not null,
    operator_id uuid,
    queue_id uuid,
    partner_id uuid,
    created_at timestamptz not null,
    seen_by uuid,
    seen_at timestamptz
);
create index speech_alerts_created on speech_alerts (created_at desc);
create index speech_alerts_transcript on speech_alerts (transcript_id);

-- Personal data that stored text must not hold; the same stretches of the recording are muted.
create table masking_rules (
    id uuid primary key,
    name text not null unique,
    kind text not null check (kind in ('card', 'passport', 'pattern')),
    pattern text not null default '',
    mute_audio boolean not null default true,
    enabled boolean not null default true,
    version integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

insert into masking_rules (id, name, kind) values
    ('00000000-0000-7000-8000-000000000011', 'Номера карт', 'card'),
    ('00000000-0000-7000-8000-000000000012', 'Паспорт', 'passport');

do $$
declare name text;
begin
    foreach name in array array['speech_rules', 'masking_rules'] loop
        execute format('create trigger tell_config after insert or update or delete or truncate on %I
            for each statement execute function tell_config()', name);
    end loop;
end $$;

select audit_tables('speech_rules', 'masking_rules', 'transcription_jobs');

-- What users of a partner may see of it.
do $$
declare
    walls jsonb := jsonb_build_object(
        'transcripts', 'partner_id = current_partner()',
        'transcript_segments', 'exists (select from transcripts t where t.id = transcript_id)',
        'spoken_answers', 'exists (select from calls c where c.started_at = call_started_at and c.id = call_id)',
        'speech_alerts', 'partner_id = current_partner()');
    wall record;
begin
    for wall in select key as name, value as rows from jsonb_each_text(walls) loop
        execute format('alter table %I enable row level security', wall.name);
        execute format('create policy of_partner on %I to paylater_partner using (%s)', wall.name, wall.rows);
        execute format('grant select on %I to paylater_partner', wall.name);
    end loop;
end $$;
