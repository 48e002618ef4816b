-- What was said: transcripts of calls and of voicemail messages, answers to open questions, jobs, rules and alerts.

alter table queues
    add column transcribe boolean not null default true;
alter table numbers
    add column languages text[] not null default '{}';
-- muted_at: when stretches of it that hold personal data were silenced.
alter table recordings
    add column channels smallint not null default 1,
    add column muted_at timestamptz;
create index recordings_done on recordings (started_at desc, id desc) where state = 'done';
create index voicemail_messages_created on voicemail_messages (created_at desc, id desc);

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
create index transcripts_started on transcripts (started_at desc, id desc);
create index transcripts_operator_time on transcripts (operator_id, started_at desc) where operator_id is not null;
create index transcripts_queue_time on transcripts (queue_id, started_at desc) where queue_id is not null;
create index transcripts_client on transcripts using gin (search_client) with (fastupdate = off);
create index transcripts_operator on transcripts using gin (search_operator) with (fastupdate = off);

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
    search tsvector,
    primary key (transcript_id, seq)
);

-- Words are found in all their forms: Cyrillic ones by Russian stems, Latin ones by English ones. No word is left out, for
-- phrases are looked for too.
create text search dictionary speech_russian (template = snowball, language = russian);
create text search dictionary speech_english (template = snowball, language = english);
create text search configuration speech (copy = russian);
alter text search configuration speech
    alter mapping for asciiword, asciihword, hword_asciipart with speech_english;
alter text search configuration speech
    alter mapping for word, hword, hword_part with speech_russian;

create function speech_words(said text) returns tsvector language sql immutable parallel safe as $$
    select to_tsvector('speech', translate(said, 'ёЁ', 'еЕ'))
$$;

create function index_segment() returns trigger language plpgsql as $$
begin
    new.search = speech_words(new.text);
    return new;
end $$;
create trigger index_segment before insert or update of text on transcript_segments
    for each row execute function index_segment();

-- At the end of the transaction that closes a transcript all its segments are there: a phrase may go on in the next one.
create function index_transcript() returns trigger language plpgsql as $$
begin
    update transcripts t set
        search_client = (select speech_words(string_agg(s.text, ' ' order by s.seq)) from transcript_segments s
            where s.transcript_id = t.id and s.side = 'client'),
        search_operator = (select speech_words(string_agg(s.text, ' ' order by s.seq)) from transcript_segments s
            where s.transcript_id = t.id and s.side = 'operator')
    where t.id = new.id;
    return null;
end $$;
create constraint trigger index_transcript after insert or update of state on transcripts
    deferrable initially deferred for each row when (new.state = 'done') execute function index_transcript();

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
create index transcription_jobs_due on transcription_jobs (priority desc, next_at, id) where state in ('queued', 'running');
create index transcription_jobs_batch on transcription_jobs (batch_id) where batch_id is not null;
create index transcription_jobs_created on transcription_jobs (created_at desc, id desc);

-- Orders of many at once; how far they are is told by their jobs.
create table transcription_batches (
    id uuid primary key,
    created_by uuid,
    created_at timestamptz not null default now(),
    total integer not null,
    paused boolean not null default false
);

-- Engines hear of work: new jobs, new recordings and messages, live texts that are whole.
create function tell_transcription() returns trigger language plpgsql as $$
begin
    perform pg_notify('transcription', tg_table_name);
    return null;
end $$;
create trigger tell_transcription after insert or update of state, next_at, priority on transcription_jobs
    for each row when (new.state = 'queued') execute function tell_transcription();
create trigger tell_transcription after update of paused on transcription_batches
    for each row when (not new.paused) execute function tell_transcription();
create trigger tell_transcription after insert or update of state on recordings
    for each row when (new.state = 'done') execute function tell_transcription();
create trigger tell_transcription after insert on voicemail_messages
    for each row execute function tell_transcription();
create trigger tell_transcription after insert or update of state on transcripts
    for each row when (new.source = 'live' and new.state <> 'open') execute function tell_transcription();

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
    phrase text not null default '',
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

select audit_tables('speech_rules', 'masking_rules', 'transcription_jobs', 'transcription_batches');

-- What users of a partner may see of it.
do $$
declare
    walls jsonb := jsonb_build_object(
        'transcripts', 'partner_id = current_partner()',
        'transcript_segments', 'exists (select from transcripts t where t.id = transcript_id)',
        'spoken_answers', 'exists (select from calls c where c.started_at = call_started_at and c.id = call_id)',
        'transcription_jobs', 'exists (select from recordings r where r.id = subject_id)
            or exists (select from voicemail_messages m where m.id = subject_id)',
        'transcription_batches', 'exists (select from transcription_jobs j where j.batch_id = transcription_batches.id)',
        'speech_alerts', 'partner_id = current_partner()');
    wall record;
begin
    for wall in select key as name, value as rows from jsonb_each_text(walls) loop
        execute format('alter table %I enable row level security', wall.name);
        execute format('create policy of_partner on %I to paylater_partner using (%s)', wall.name, wall.rows);
        execute format('grant select on %I to paylater_partner', wall.name);
    end loop;
end $$;
grant update (seen_by, seen_at) on speech_alerts to paylater_partner;
