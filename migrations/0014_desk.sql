-- Get Support: accounts of clients and their outlets, requests (tickets) and everything that happens to them, promises
-- (SLA), letters in and out, an outside service desk, surveys.

-- A parent account is a company, its children are people of it. user_id: who signs in; none until somebody is invited.
create table client_accounts (
    id uuid primary key,
    parent_id uuid,
    is_parent boolean not null generated always as (parent_id is null) stored,
    under_parent boolean generated always as (case when parent_id is not null then true end) stored,
    user_id uuid unique references users (id) on delete set null,
    name text not null check (name <> ''),
    contact text not null default '',
    email text not null default '',
    phone text not null default '',
    tax_id text not null default '',
    timezone text not null default 'Europe/Moscow',
    language text not null default 'ru' check (language in ('ru', 'en')),
    state text not null default 'active' check (state in ('active', 'blocked', 'closed')),
    partner_id uuid references partners (id),
    registered_at timestamptz not null default now(),
    closed_at timestamptz,
    note text not null default '',
    version integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique (id, is_parent),
    unique (id, parent_id),
    -- Two levels: a parent is nobody's child.
    foreign key (parent_id, under_parent) references client_accounts (id, is_parent)
);
create index client_accounts_parent on client_accounts (parent_id) where parent_id is not null;
create index client_accounts_name on client_accounts (lower(name), id) where parent_id is null;
create index client_accounts_partner on client_accounts (partner_id) where partner_id is not null;

create table outlets (
    id uuid primary key,
    account_id uuid not null references client_accounts (id),
    name text not null check (name <> ''),
    address text not null default '',
    phone text not null default '',
    external_id text,
    enabled boolean not null default true,
    version integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique (account_id, name),
    unique (id, account_id)
);
create index outlets_external on outlets (external_id) where external_id is not null;

-- What children were granted of their parent's outlets; a parent has all of its own.
create table outlet_grants (
    account_id uuid not null,
    outlet_id uuid not null,
    parent_id uuid not null,
    granted_at timestamptz not null default now(),
    primary key (account_id, outlet_id),
    foreign key (account_id, parent_id) references client_accounts (id, parent_id) on delete cascade,
    foreign key (outlet_id, parent_id) references outlets (id, account_id) on delete cascade
);
create index outlet_grants_outlet on outlet_grants (outlet_id);

-- By which phone or e-mail address an account is known (E.164 digits; small letters).
create table client_addresses (
    kind text not null check (kind in ('phone', 'email')),
    address text not null check (address <> ''),
    account_id uuid not null references client_accounts (id) on delete cascade,
    outlet_id uuid references outlets (id) on delete set null,
    created_at timestamptz not null default now(),
    primary key (kind, address)
);
create index client_addresses_account on client_addresses (account_id);

-- Exports of an account's data that run now. One whose process is gone is alive no more.
create table client_exports (
    id uuid primary key,
    account_id uuid not null references client_accounts (id) on delete cascade,
    alive_at timestamptz not null default now()
);
create index client_exports_account on client_exports (account_id);

-- Who asked to be let in; support confirms (which makes the account) or rejects.
create table registrations (
    id uuid primary key,
    company text not null,
    name text not null,
    email text not null,
    phone text not null default '',
    outlets text not null default '',
    comment text not null default '',
    language text not null default 'ru' check (language in ('ru', 'en')),
    timezone text not null default 'Europe/Moscow',
    address text not null default '',
    state text not null default 'new' check (state in ('new', 'confirmed', 'rejected')),
    reason text not null default '',
    account_id uuid references client_accounts (id),
    decided_by uuid references users (id) on delete set null,
    decided_at timestamptz,
    created_at timestamptz not null default now(),
    version integer not null default 1,
    check ((state = 'new') = (decided_at is null))
);
create index registrations_state on registrations (state, created_at desc, id desc);
create unique index registrations_open on registrations (lower(email)) where state = 'new';

-- Lines of support. target_share: which share of what comes to the line it should solve itself.
create table support_lines (
    line smallint primary key check (line between 1 and 3),
    id uuid not null unique default gen_random_uuid(),
    name text not null,
    name_en text not null default '',
    group_id uuid references employee_groups (id) on delete set null,
    target_share double precision not null default 0.8 check (target_share between 0 and 1),
    version integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
insert into support_lines (line, name, name_en, target_share) values
    (1, 'Первая линия', 'First line', 0.8), (2, 'Вторая линия', 'Second line', 0.75), (3, 'Третья линия', 'Third line', 1);

create table ticket_categories (
    id uuid primary key,
    name text not null unique,
    name_en text not null default '',
    line smallint not null default 1 references support_lines (line),
    priority text not null default 'normal' check (priority in ('low', 'normal', 'high', 'urgent')),
    for_clients boolean not null default true,
    enabled boolean not null default true,
    version integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

-- What may be affected: a service, a device, a site.
create table support_resources (
    id uuid primary key,
    name text not null unique,
    note text not null default '',
    enabled boolean not null default true,
    version integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

-- Texts that are ready. {{ number }}, {{ client }}, {{ operator }}, ... are filled in.
create table ready_answers (
    id uuid primary key,
    name text not null unique,
    shortcut text unique check (shortcut ~ '^[a-zа-яё0-9_-]{1,40}$'),
    text text not null,
    text_en text not null default '',
    category_id uuid references ticket_categories (id) on delete set null,
    enabled boolean not null default true,
    version integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

create table problems (
    id uuid primary key,
    number bigint not null unique generated by default as identity,
    title text not null,
    description text not null default '',
    cause text not null default '',
    workaround text not null default '',
    state text not null default 'open' check (state in ('open', 'known', 'fixed', 'closed')),
    resource_id uuid references support_resources (id) on delete set null,
    created_by uuid references users (id) on delete set null,
    solved_at timestamptz,
    version integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
create index problems_open on problems (created_at desc, id desc) where state <> 'closed';

-- SLA. weekly: several intervals a day, exceptions: holidays and other days (api/sla/model.py); wall clock of timezone.
create table sla_calendars (
    id uuid primary key,
    name text not null unique,
    timezone text not null default 'Europe/Moscow',
    weekly jsonb not null,
    exceptions jsonb not null default '[]',
    version integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

-- The plan of a ticket is the most particular that fits: account before category before priority. Seconds are seconds of
-- the calendar (none: around the clock); none of a promise: it is not given.
create table sla_plans (
    id uuid primary key,
    name text not null unique,
    account_id uuid references client_accounts (id) on delete cascade,
    category_id uuid references ticket_categories (id) on delete cascade,
    priority text check (priority in ('low', 'normal', 'high', 'urgent')),
    calendar_id uuid references sla_calendars (id),
    first_s integer check (first_s between 60 and 31536000),
    next_s integer check (next_s between 60 and 31536000),
    solution_s integer check (solution_s between 60 and 31536000),
    warn_share double precision not null default 0.8 check (warn_share between 0.1 and 1),
    pause_waiting boolean not null default true,
    enabled boolean not null default true,
    version integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique nulls not distinct (account_id, category_id, priority)
);

create sequence ticket_numbers start 100001;

-- A request. Its author is an account, or (until somebody links it) a name, an address, a number. line: who works on it
-- now. overdue_at: when its first promise was broken. status: what its client sees.
create table tickets (
    id uuid primary key,
    number bigint not null unique default nextval('ticket_numbers'),
    account_id uuid references client_accounts (id),
    outlet_id uuid,
    author_account_id uuid references client_accounts (id),
    author_name text not null default '',
    author_email text not null default '',
    author_phone text not null default '',
    partner_id uuid references partners (id),
    channel text not null check (channel in ('portal', 'desk', 'phone', 'missed', 'email', 'chat', 'api', 'link')),
    subject text not null check (subject <> ''),
    description text not null default '',
    category_id uuid references ticket_categories (id),
    priority text not null default 'normal' check (priority in ('low', 'normal', 'high', 'urgent')),
    state text not null default 'new' check (state in ('new', 'in_work', 'waiting', 'solved', 'closed', 'reopened')),
    line smallint not null default 1 references support_lines (line),
    top_line smallint not null default 1,
    assignee_id uuid references users (id) on delete set null,
    resource_id uuid references support_resources (id),
    problem_id uuid references problems (id) on delete set null,
    merged_into_id uuid references tickets (id),
    split_from_id uuid references tickets (id),
    call_id uuid,
    call_started_at timestamptz,
    external_id text,
    tags text[] not null default '{}',
    language text not null default 'ru' check (language in ('ru', 'en')),
    mail_token text not null default encode(sha256(uuid_send(gen_random_uuid())), 'hex'),
    plan_id uuid,  -- as in sla_terms: a plan may be deleted, a million requests need not be written for that
    due_at timestamptz,
    overdue_at timestamptz,
    first_response_at timestamptz,
    solved_at timestamptz,
    solved_line smallint,
    solved_by uuid references users (id) on delete set null,
    confirm_until timestamptz,
    closed_at timestamptz,
    first_closed_at timestamptz,
    reopened integer not null default 0,
    client_said_at timestamptz,
    staff_said_at timestamptz,
    status text not null generated always as (case when state = 'closed' then 'closed'
        when overdue_at is not null then 'overdue' else 'accepted' end) stored,
    version integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    foreign key (outlet_id, account_id) references outlets (id, account_id) on update cascade,
    check (outlet_id is null or account_id is not null),
    check ((state = 'closed') = (closed_at is not null))
);
-- Lists are of the newest number first; by account, person, line, ... and for all that is open.
create index tickets_of_account on tickets (account_id, number);
create index tickets_of_outlet on tickets (outlet_id, number) where outlet_id is not null;
create index tickets_of_partner on tickets (partner_id, number) where partner_id is not null;
create index tickets_of_category on tickets (category_id, number);
create index tickets_of_line on tickets (line, number);
create index tickets_of_state on tickets (state, number);
create index tickets_of_priority on tickets (priority, number);
create index tickets_of_channel on tickets (channel, number);
create index tickets_assignee on tickets (assignee_id, number) where assignee_id is not null;
create index tickets_author on tickets (author_account_id) where author_account_id is not null;
create index tickets_open on tickets (number, line, state, assignee_id, overdue_at) where state <> 'closed';
create index tickets_overdue on tickets (number) where status = 'overdue';
create index tickets_due on tickets ((coalesce(due_at, 'infinity'::timestamptz)), number) where state <> 'closed';
create index tickets_line_due on tickets (line, (coalesce(due_at, 'infinity'::timestamptz)), number) where state <> 'closed';
create index tickets_updated on tickets (updated_at, number);
create index tickets_tagged on tickets (number) include (tags) where tags <> '{}';
create index tickets_confirm on tickets (confirm_until) where state = 'solved';
-- All that the figures of a client are counted from.
create index tickets_figures on tickets (account_id, created_at) include (outlet_id, author_account_id, first_response_at,
    closed_at, first_closed_at, overdue_at, merged_into_id);
create index tickets_problem on tickets (problem_id) where problem_id is not null;
create index tickets_merged on tickets (merged_into_id) where merged_into_id is not null;
create index tickets_split on tickets (split_from_id) where split_from_id is not null;
create index tickets_solver on tickets (solved_by) where solved_by is not null;
create index tickets_call on tickets (call_id) where call_id is not null;
create unique index tickets_missed on tickets (call_id) where channel = 'missed';

create function note_first_closing() returns trigger language plpgsql as $$
begin
    new.first_closed_at := coalesce(new.first_closed_at, new.closed_at);
    return new;
end $$;
create trigger note_first_closing before insert or update of closed_at on tickets for each row
    when (new.closed_at is not null and new.first_closed_at is null) execute function note_first_closing();

-- What was said. public: the client sees it.
create table ticket_messages (
    id uuid primary key,
    ticket_id uuid not null references tickets (id) on delete cascade,
    at timestamptz not null,
    author text not null check (author in ('client', 'staff', 'system', 'link')),
    user_id uuid references users (id) on delete set null,
    account_id uuid references client_accounts (id),
    author_name text not null default '',
    public boolean not null,
    channel text not null,
    body text not null
);
create index ticket_messages_ticket on ticket_messages (ticket_id, at, id);
create index ticket_messages_user on ticket_messages (user_id) where user_id is not null;

-- What a ticket is found by: stems of its words and of all that was said in it. Among them stand, with a sign that no word
-- has: ~word (of one that stands only in internal notes), @account, #outlet, ^author (of a ticket without an outlet), %partner, +tag, <band
-- (of 4096 numbers), so that whose it is and how new it is are looked up with the words at once.
create table ticket_words (
    ticket_id uuid primary key references tickets (id) on delete cascade,
    number bigint not null unique,
    words tsvector not null,
    at timestamptz not null default now()
);
create index ticket_words_words on ticket_words using gin (words) with (fastupdate = off);
create index ticket_words_at on ticket_words (at, number);

-- Stems of a text: Russian and English; ё is е, signs are spaces, what is longer than any word is left out.
create function text_stems(said text) returns tsvector language sql immutable parallel safe as $$
    select strip(to_tsvector('pg_catalog.russian', regexp_replace(regexp_replace(
        translate(lower(left(said, 20000)), 'ё', 'е'), '[^[:alnum:]]+', ' ', 'g'), '[[:alnum:]]{50,}', ' ', 'g')))
$$;
-- Signs of stems that stand in internal notes alone: ``inner_words`` without ``known`` ones.
create function inner_signs(inner_words tsvector, known tsvector) returns tsvector language sql immutable parallel safe as $$
    select array_to_tsvector(array(select '~' || stem
        from unnest(tsvector_to_array(ts_delete(inner_words, tsvector_to_array(known)))) stem))
$$;
create function ticket_signs(t tickets) returns tsvector language sql immutable parallel safe as $$
    select array_to_tsvector(array_remove(array['@' || t.account_id, '#' || t.outlet_id, '%' || t.partner_id,
        case when t.outlet_id is null then '^' || t.author_account_id end, '<' || t.number / 4096], null) || array(select '+' || tag from unnest(t.tags) tag))
$$;
create aggregate all_words (tsvector) (sfunc = tsvector_concat, stype = tsvector, initcond = '');

-- From everything that stands in it; of a very long talk its beginning.
create function index_ticket(which uuid) returns void language sql as $$
    insert into ticket_words as w (ticket_id, number, words)
    select t.id, t.number, ticket_signs(t) || open.words || said.noted || inner_signs(said.noted, open.words)
    from tickets t
    cross join lateral (
        select coalesce(all_words(text_stems(m.body)) filter (where m.public), '') as said,
            coalesce(all_words(text_stems(m.body)) filter (where not m.public), '') as noted
        from (select body, public, sum(least(length(body), 20000)) over (order by at, id) as upto
            from ticket_messages where ticket_id = t.id) m
        where m.upto < 150000) said
    cross join lateral (
        select text_stems(concat_ws(' ', t.number, t.subject, t.author_name, t.author_email, t.author_phone))
            || text_stems(t.description) || said.said as words) open
    where t.id = which
    on conflict (ticket_id) do update set words = excluded.words, at = now()
$$;
-- Who changes thousands at once may index them at the end of its transaction: paylater.words is 'later' until then.
create function index_ticket_row() returns trigger language plpgsql as $$
begin
    if current_setting('paylater.words', true) = 'later' then
        return null;
    end if;
    perform index_ticket(new.id);
    return null;
end $$;
create trigger index_ticket after insert on tickets for each row execute function index_ticket_row();
create trigger index_ticket_again after update of subject, description, author_name, author_email, author_phone, account_id,
        outlet_id, author_account_id, partner_id, tags on tickets
    for each row when ((old.subject, old.description, old.author_name, old.author_email, old.author_phone)
            is distinct from (new.subject, new.description, new.author_name, new.author_email, new.author_phone)
        or ticket_signs(old) <> ticket_signs(new))
    execute function index_ticket_row();
create function index_ticket_message() returns trigger language plpgsql as $$
begin
    if current_setting('paylater.words', true) = 'later' then
        return null;
    end if;
    if tg_op = 'INSERT' then
        update ticket_words w set at = now(), words = case
            when new.public then ts_delete(w.words, tsvector_to_array(inner_signs(s.said, ''))) || s.said
            else w.words || s.said || inner_signs(s.said, w.words) end
        from text_stems(new.body) s (said)
        where w.ticket_id = new.ticket_id and length(w.words) < 7000;
        return null;
    end if;
    perform index_ticket(old.ticket_id);
    if tg_op = 'UPDATE' and new.ticket_id <> old.ticket_id then
        perform index_ticket(new.ticket_id);
    end if;
    return null;
end $$;
create trigger index_ticket_message after insert or delete or update of ticket_id, body, public on ticket_messages
    for each row execute function index_ticket_message();

-- Tickets that fit, newest first: ``most`` of them below the number ``before`` (nulls: all). Common words are found among
-- the newest bands at once, rare ones at the last step. Clients and partners find their own alone, by the same rules as
-- their walls.
create function found_tickets(asked tsquery, before bigint default null, most integer default null)
returns table (ticket_id uuid, number bigint) language plpgsql stable rows 100 security definer
set search_path = public, pg_temp as $$
declare
    wanted tsquery := asked;
    below bigint := coalesce(before, (select max(w.number) + 1 from ticket_words w));
    missing integer := most;
    low bigint;
    width integer;
    bands tsquery;
    got integer;
    narrow boolean := asked::text ~ '''@';
    -- Always by the index of words, whatever the planner thinks of how often they come together.
    looked text := 'with fitting as materialized (select w.ticket_id, w.number from ticket_words w where w.words @@ %L::tsquery)
        select * from fitting where number < %s order by number desc limit %s';
begin
    if current_setting('role') in ('paylater_client', 'paylater_partner') then
        wanted := regexp_replace(asked::text, '''((?:[^'']|'''')+)''', '(''\1'' & !''~\1'')', 'g')::tsquery;
    end if;
    if current_setting('role') = 'paylater_client' then
        wanted := wanted && quote_literal('@' || client_parent())::tsquery;
        if client_is_parent() is not true then
            wanted := wanted && (select string_agg(quote_literal(sign), ' | ') from unnest(
                array['^' || client_account()] || array(select '#' || o from unnest(client_outlets()) o)) sign)::tsquery;
        end if;
        narrow := true;
    elsif current_setting('role') = 'paylater_partner' then
        wanted := wanted && quote_literal('%' || current_partner())::tsquery;
    end if;
    if wanted is null or below is null then
        return;
    end if;
    if most is not null and not narrow then
        foreach width in array array[1, 4] loop
            low := greatest((below - 1) / 4096 - width + 1, 0);
            bands := (select string_agg(quote_literal('<' || band), ' | ') from generate_series(low, (below - 1) / 4096) band)::tsquery;
            return query execute format(looked, wanted && bands, below, missing);
            get diagnostics got = row_count;
            missing := missing - got;
            below := low * 4096;
            if missing <= 0 or below <= 0 then
                return;
            end if;
        end loop;
    end if;
    return query execute format(looked, wanted, below, coalesce(missing::text, 'all'));
end $$;

-- Stems that stand in tickets, found by their pieces: a mistyped word meets its neighbours there. One row tells up to
-- which of ticket_words they were noted.
create table ticket_terms (
    term text collate "C" primary key
);
-- All that is left of a stem's first eight letters without one of them, of a long one without two. What is two mistakes
-- away from a long one has a piece in common with it (as SymSpell does it); api/tickets/search.py makes the same.
create function term_pieces(term text) returns text[] language sql immutable parallel safe as $$
    select array(select distinct left(less, m) || substr(less, m + 2)
        from (select left(start, n) || substr(start, n + 2) as less
            from (select left(term, 8) as start) s, generate_series(0, length(start)) n) once,
        lateral generate_series(case when length(term) < 6 then length(less) else 0 end, length(less)) m)
$$;
-- What waits to be indexed would be read through by every search.
create index ticket_terms_pieces on ticket_terms using gin (term_pieces(term)) with (fastupdate = off);
create table ticket_terms_noted (
    single boolean primary key default true check (single),
    at timestamptz not null,
    number bigint not null
);
insert into ticket_terms_noted (at, number) values ('-infinity', 0);
-- Stems that went from some ticket: where they stand in none any more, they are forgotten.
create table ticket_terms_left (
    term text not null
);
create function note_left_terms() returns trigger language plpgsql as $$
begin
    insert into ticket_terms_left
    select distinct ltrim(stem, '~') from unnest(tsvector_to_array(ts_delete(old.words,
        case when tg_op = 'UPDATE' then tsvector_to_array(new.words) else '{}'::text[] end))) stem
    where stem ~ '^~?[[:alpha:]]{3,}$';
    return null;
end $$;
create trigger note_left_terms after update of words or delete on ticket_words for each row execute function note_left_terms();
-- Stems that share a piece with a mistyped one, or that it begins. Always by the index, however many pieces are asked.
create function near_terms(asked text[], stem text) returns setof text language sql stable security definer
set search_path = public, pg_temp set enable_seqscan = off as $$
    (select term from ticket_terms where term_pieces(term) && asked limit 2000)
    union
    (select term from ticket_terms where term > stem collate "C" and term < stem || U&'\FFFF' collate "C"
        and length(stem) >= 4 order by term limit 8)
$$;

-- Files lie under var/files by path; without a ticket: uploaded, and not yet sent with anything.
create table ticket_files (
    id uuid primary key,
    ticket_id uuid references tickets (id) on delete cascade,
    message_id uuid references ticket_messages (id) on delete cascade,
    public boolean not null default true,
    name text not null,
    media_type text not null,
    size_bytes bigint not null,
    sha256 text not null,
    path text not null,
    verdict text not null default 'unscanned' check (verdict in ('unscanned', 'clean', 'infected')),
    uploaded_by uuid references users (id) on delete set null,
    created_at timestamptz not null default now()
);
create index ticket_files_ticket on ticket_files (ticket_id, created_at);
create index ticket_files_loose on ticket_files (created_at) where ticket_id is null;
create index ticket_files_path on ticket_files (path);
create index ticket_files_unscanned on ticket_files (created_at) where verdict = 'unscanned';
create index ticket_files_sum on ticket_files (sha256);
create index ticket_files_user on ticket_files (uploaded_by, created_at) where uploaded_by is not null;

-- Everything that happened, in order; reports, the link and "why" read it.
create table ticket_events (
    id bigint generated always as identity primary key,
    ticket_id uuid not null references tickets (id) on delete cascade,
    at timestamptz not null,
    kind text not null,
    actor text not null check (actor in ('client', 'staff', 'system', 'link')),
    user_id uuid,
    account_id uuid,
    actor_name text not null default '',
    message_id uuid references ticket_messages (id) on delete cascade,
    data jsonb not null default '{}',
    -- The line that it came to with this, and the one that it left.
    came_line smallint generated always as (case kind when 'opened' then coalesce((data ->> 'line')::smallint, 1)
        when 'escalated' then (data ->> 'after')::smallint end) stored,
    left_line smallint generated always as (case kind when 'escalated' then (data ->> 'before')::smallint end) stored
);
create index ticket_events_ticket on ticket_events (ticket_id, id);
-- All that reports read of events: one kind each, so that the planner knows how many there are.
create index ticket_events_opened on ticket_events (at) include (ticket_id, came_line) where kind = 'opened';
create index ticket_events_escalated on ticket_events (at) include (ticket_id, left_line, came_line) where kind = 'escalated';

create table ticket_watchers (
    id uuid primary key,
    ticket_id uuid not null references tickets (id) on delete cascade,
    user_id uuid references users (id) on delete cascade,
    account_id uuid references client_accounts (id) on delete cascade,
    email text check (email = lower(email)),
    created_at timestamptz not null default now(),
    check (num_nonnulls(user_id, account_id, email) = 1),
    unique nulls not distinct (ticket_id, user_id, account_id, email)
);
create index ticket_watchers_user on ticket_watchers (user_id) where user_id is not null;

create table ticket_checks (
    id uuid primary key,
    ticket_id uuid not null references tickets (id) on delete cascade,
    place integer not null,
    text text not null check (text <> ''),
    done_at timestamptz,
    done_by uuid references users (id) on delete set null
);
create index ticket_checks_ticket on ticket_checks (ticket_id, place);
create index ticket_checks_user on ticket_checks (done_by) where done_by is not null;

create table ticket_work (
    id uuid primary key,
    ticket_id uuid not null references tickets (id) on delete cascade,
    user_id uuid references users (id) on delete set null,
    line smallint not null,
    seconds integer not null check (seconds between 1 and 86400),
    note text not null default '',
    at timestamptz not null
);
create index ticket_work_ticket on ticket_work (ticket_id, at);
create index ticket_work_user on ticket_work (user_id) where user_id is not null;

-- Who has a ticket open just now, and whether they write: a notice to others.
create table ticket_viewers (
    ticket_id uuid not null references tickets (id) on delete cascade,
    user_id uuid not null references users (id) on delete cascade,
    writing boolean not null default false,
    until timestamptz not null,
    primary key (ticket_id, user_id)
);

-- What a plan said of a promise when it was given, told once by its content (id is the sum of all else), so that a plan
-- or calendar changed later changes no promise that runs. calendar: none is around the clock.
create table sla_terms (
    id uuid primary key,
    plan_id uuid not null,
    plan text not null,
    calendar jsonb,
    warn_share double precision not null,
    pause_waiting boolean not null
);

-- Promises of a ticket: first reaction, next reaction, solution. Seconds are of the terms' calendar. used_s: what had
-- passed when it was stopped last; running_from: since when it runs (none: it is stopped); due_at, warn_at: while it runs.
-- A broken promise stays broken (breached_at, due_at); a kept or dropped one has ended_at (kept: none where dropped).
create table ticket_targets (
    id uuid primary key,
    ticket_id uuid not null references tickets (id) on delete cascade,
    kind text not null check (kind in ('first', 'next', 'solution')),
    terms_id uuid not null references sla_terms (id),
    target_s integer not null,
    started_at timestamptz not null,
    used_s double precision not null default 0,
    running_from timestamptz,
    warn_at timestamptz,
    due_at timestamptz,
    warned_at timestamptz,
    breached_at timestamptz,
    ended_at timestamptz,
    kept boolean
);
create index ticket_targets_ticket on ticket_targets (ticket_id, started_at) include (kind, kept, breached_at);
create unique index ticket_targets_one on ticket_targets (ticket_id, kind) where ended_at is null;
create index ticket_targets_due on ticket_targets (due_at) where ended_at is null and breached_at is null and due_at is not null;
create index ticket_targets_warn on ticket_targets (warn_at) where ended_at is null and warned_at is null and breached_at is null and warn_at is not null;

-- Times in which the promise of a solution stood still: the client was waited for, or asked to confirm. One that goes on
-- has no end.
create table ticket_pauses (
    ticket_id uuid not null references tickets (id) on delete cascade,
    during tstzrange not null check (not isempty(during)),
    reason text not null check (reason in ('waiting', 'solved')),
    exclude using gist (uuid_range(ticket_id, ticket_id, '[]') with &&, during with &&)
);

-- One word to everybody whom a problem touches; kind solution: their requests are solved with it.
create table problem_notices (
    id uuid primary key,
    problem_id uuid not null references problems (id) on delete cascade,
    kind text not null default 'notice' check (kind in ('notice', 'solution')),
    text text not null,
    at timestamptz not null,
    user_id uuid references users (id) on delete set null,
    user_name text not null default ''
);
create index problem_notices_problem on problem_notices (problem_id, at);
-- Requests that a notice is to be said in, said in (told_at), or could not be said in (failed: why).
create table problem_notice_tickets (
    notice_id uuid not null references problem_notices (id) on delete cascade,
    ticket_id uuid not null references tickets (id) on delete cascade,
    message_id uuid references ticket_messages (id) on delete set null,
    queued_at timestamptz not null default now(),
    told_at timestamptz,
    failed text,
    primary key (notice_id, ticket_id)
);
create index problem_notice_tickets_ticket on problem_notice_tickets (ticket_id);
create index problem_notice_tickets_queue on problem_notice_tickets (queued_at, notice_id, ticket_id)
    where told_at is null and failed is null;

-- Letters that come in. password is sealed. A letter is taken once: by its place in the box and by its Message-ID.
-- authserv_id: whose Authentication-Results are trusted (empty: senders are not checked).
create table mailboxes (
    id uuid primary key,
    name text not null unique,
    address text not null unique check (address = lower(address)),
    host text not null,
    port integer not null default 993,
    security text not null default 'tls' check (security in ('tls', 'starttls', 'none')),
    login text not null,
    secret text,
    folder text not null default 'INBOX',
    category_id uuid references ticket_categories (id) on delete set null,
    strangers boolean not null default true,
    authserv_id text not null default '',
    enabled boolean not null default true,
    uid_validity bigint,
    uid_next bigint,
    seen_at timestamptz,
    error text,
    version integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
create table mails_received (
    id uuid primary key,
    mailbox_id uuid not null references mailboxes (id) on delete cascade,
    uid_validity bigint not null,
    uid bigint not null,
    letter_id text not null,
    sender text not null,
    subject text not null default '',
    unverified boolean not null default false,
    verdict text not null check (verdict in ('opened', 'joined', 'automatic', 'loop', 'refused', 'repeated', 'unreadable')),
    reason text not null default '',
    ticket_id uuid references tickets (id) on delete set null,
    message_id uuid references ticket_messages (id) on delete set null,
    received_at timestamptz not null,
    unique (mailbox_id, uid_validity, uid)
);
create index mails_received_ticket on mails_received (ticket_id) where ticket_id is not null;
create index mails_received_letter on mails_received (letter_id);
create index mails_received_at on mails_received (received_at desc, id desc);
create index mails_received_sender on mails_received (sender, received_at);

-- Message-IDs, in or out, that belong to a ticket's thread.
create table ticket_letters (
    letter_id text primary key,
    ticket_id uuid not null references tickets (id) on delete cascade,
    at timestamptz not null default now()
);
create index ticket_letters_ticket on ticket_letters (ticket_id, at);

-- Letters that go out of a ticket have headers of their own and files.
alter table mails
    add column headers jsonb not null default '{}',
    add column html text,
    add column files uuid[] not null default '{}',
    add column attachment_name text,
    add column attachment_type text,
    add column attachment bytea;

-- Missed calls that become tickets by themselves, when nobody has called back after so many minutes.
create table ticket_call_rules (
    id uuid primary key,
    name text not null unique,
    queue_id uuid references queues (id) on delete cascade,
    number text,
    after_minutes integer not null default 15 check (after_minutes between 0 and 1440),
    category_id uuid references ticket_categories (id) on delete set null,
    enabled boolean not null default true,
    version integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

create function tell_call_rules() returns trigger language plpgsql as $$
begin
    perform pg_notify('ticket_call_rules', '');
    return null;
end $$;
create trigger tell_call_rules after insert on missed_calls for each statement execute function tell_call_rules();
create trigger tell_call_rules after insert or update or delete on ticket_call_rules
    for each statement execute function tell_call_rules();

-- Another service desk. secret: what we show it and sign with; inbound_secret: what it signs with, the one before until
-- inbound_before_until. All are sealed. automatic: tickets of its categories and lines go there by themselves.
create table desk_links (
    id uuid primary key,
    name text not null unique,
    adapter text not null default 'http' check (adapter in ('http')),
    url text not null,
    secret text,
    has_secret boolean not null generated always as (secret is not null) stored,
    inbound_secret text not null,
    inbound_before text,
    inbound_before_until timestamptz,
    settings jsonb not null default '{}',
    category_ids uuid[] not null default '{}',
    min_line smallint not null default 1,
    automatic boolean not null default true,
    enabled boolean not null default true,
    version integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

-- A ticket there and here. remote_id: none until the other desk has given it. owned: it was opened here. clocks: when
-- each shared field was written last, and where (api/desk_link/incoming/conflict.py).
create table desk_link_tickets (
    link_id uuid not null references desk_links (id) on delete cascade,
    ticket_id uuid not null references tickets (id) on delete cascade,
    remote_id text,
    remote_number text,
    remote_state text,
    remote_at timestamptz,
    owned boolean not null,
    clocks jsonb not null default '{}',
    created_at timestamptz not null default now(),
    primary key (link_id, ticket_id),
    unique (link_id, remote_id)
);
create index desk_link_tickets_ticket on desk_link_tickets (ticket_id);

-- What goes there, in the order of each ticket; written in the transaction of the fact. refusals, resent_at: as in
-- webhook_deliveries. What stands behind a dead creation waits for it.
create table desk_link_outbox (
    id bigint generated always as identity primary key,
    link_id uuid not null references desk_links (id) on delete cascade,
    ticket_id uuid not null references tickets (id) on delete cascade,
    event_id text not null,
    kind text not null check (kind in ('create', 'comment', 'status', 'file', 'fields')),
    body jsonb not null,
    state text not null default 'waiting' check (state in ('waiting', 'sending', 'delivered', 'dead')),
    attempts smallint not null default 0,
    next_at timestamptz not null,
    claimed_at timestamptz,
    delivered_at timestamptz,
    status smallint,
    error text,
    refusals smallint not null default 0,
    resent_at timestamptz,
    created_at timestamptz not null,
    unique (link_id, event_id)
);
create index desk_link_outbox_first on desk_link_outbox (link_id, ticket_id, id)
    where state in ('waiting', 'sending') or kind = 'create' and state = 'dead';
create index desk_link_outbox_next on desk_link_outbox (link_id, next_at, id) where state = 'waiting';
create index desk_link_outbox_sending on desk_link_outbox (claimed_at) where state = 'sending';
create index desk_link_outbox_list on desk_link_outbox (link_id, id desc);

-- Wakes the workers of all processes when the transaction is done.
create function tell_desk_links() returns trigger language plpgsql as $$
begin
    perform pg_notify('desk_links', '');
    return null;
end $$;
create trigger tell_desk_links after insert on desk_link_outbox for each statement execute function tell_desk_links();
create trigger tell_desk_links after update of url, secret, settings, enabled on desk_links for each statement
    execute function tell_desk_links();

-- What came from there, once each. body: kept while the event waits for the ticket it speaks of.
create table desk_link_inbox (
    link_id uuid not null references desk_links (id) on delete cascade,
    event_id text not null,
    kind text not null,
    at timestamptz not null,
    received_at timestamptz not null,
    remote_id text,
    ticket_id uuid references tickets (id) on delete set null,
    result text not null default '',
    body jsonb,
    primary key (link_id, event_id)
);
create index desk_link_inbox_held on desk_link_inbox (link_id, remote_id, at) where body is not null;
create index desk_link_inbox_list on desk_link_inbox (link_id, received_at desc);
create table desk_link_health (
    link_id uuid primary key references desk_links (id) on delete cascade,
    failures integer not null default 0,
    down_until timestamptz,
    failed_at timestamptz,
    delivered_at timestamptz,
    received_at timestamptz,
    error text
);

create table surveys (
    id uuid primary key,
    name text not null unique,
    trigger text not null check (trigger in ('closed', 'schedule')),
    question text not null,
    question_en text not null default '',
    ask_comment boolean not null default true,
    best smallint not null default 5 check (best between 2 and 10),
    category_id uuid references ticket_categories (id) on delete set null,
    delay_minutes integer not null default 0 check (delay_minutes between 0 and 43200),
    every_days integer check (every_days between 1 and 366),
    next_at timestamptz,
    rest_days integer not null default 7 check (rest_days between 0 and 366),
    by_mail boolean not null default true,
    by_portal boolean not null default true,
    answer_days integer not null default 14 check (answer_days between 1 and 90),
    enabled boolean not null default true,
    version integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    check (trigger <> 'schedule' or every_days is not null)
);
create table survey_asks (
    id uuid primary key,
    survey_id uuid not null references surveys (id) on delete cascade,
    account_id uuid references client_accounts (id) on delete cascade,
    person_account_id uuid references client_accounts (id) on delete cascade,
    ticket_id uuid references tickets (id) on delete cascade,
    outlet_id uuid references outlets (id) on delete set null,
    line smallint,
    email text not null default '',
    hash bytea unique,
    period text not null default '',
    ask_at timestamptz not null,
    sent_at timestamptz,
    until timestamptz not null,
    answered_at timestamptz,
    score smallint,
    comment text not null default '',
    created_at timestamptz not null default now(),
    unique nulls not distinct (survey_id, ticket_id, person_account_id, period),
    check ((answered_at is null) = (score is null))
);
create index survey_asks_due on survey_asks (ask_at) where sent_at is null and answered_at is null;
create index survey_asks_person on survey_asks (person_account_id) where answered_at is null;
create index survey_asks_answered on survey_asks (answered_at) where answered_at is not null;
create index survey_asks_account on survey_asks (account_id, answered_at);

-- Wakes the workers of all processes when the transaction is done.
create function tell_surveys() returns trigger language plpgsql as $$
begin
    perform pg_notify('surveys', '');
    return null;
end $$;
create trigger tell_surveys after insert on survey_asks for each statement execute function tell_surveys();
create trigger tell_surveys after insert or update of trigger, every_days, enabled on surveys
    for each statement execute function tell_surveys();

-- Analyses mailed to a client on a schedule.
create table analysis_mails (
    id uuid primary key,
    account_id uuid not null references client_accounts (id) on delete cascade,
    format text not null check (format in ('xlsx', 'pdf')),
    every text not null check (every in ('week', 'month')),
    recipients text[] not null check (cardinality(recipients) between 1 and 10),
    language text not null default 'ru' check (language in ('ru', 'en')),
    enabled boolean not null default true,
    next_at timestamptz not null,
    sent_at timestamptz,
    version integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
create index analysis_mails_due on analysis_mails (next_at) where enabled;
create index analysis_mails_account on analysis_mails (account_id);

-- Told in the feed: to staff all (topic tickets), to clients that there is news (topic portal). Runs at the end of the
-- transaction, so that the feed's lock is held shortly.
create function tell_ticket() returns trigger language plpgsql as $$
declare t tickets;
begin
    select * into t from tickets where id = new.ticket_id;
    perform add_changes(array['tickets'], array[new.kind], array[t.id::text], array[jsonb_build_object(
        'ticket_id', t.id, 'number', t.number, 'subject', t.subject, 'state', t.state, 'status', t.status, 'line', t.line,
        'priority', t.priority, 'assignee_id', t.assignee_id, 'account_id', t.account_id, 'partner_id', t.partner_id,
        'overdue_at', t.overdue_at, 'due_at', t.due_at, 'version', t.version, 'event_id', new.id, 'actor', new.actor,
        'user_id', new.user_id, 'data', new.data)]);
    if t.account_id is not null and coalesce((new.data ->> 'public')::boolean, true)
            and new.kind not in ('checked', 'worked', 'warned') then
        perform add_changes(array['portal'], array['ticket'], array[t.id::text], array[jsonb_build_object(
            'ticket_id', t.id, 'number', t.number, 'status', t.status, 'account_id', t.account_id,
            'outlet_id', t.outlet_id, 'author_account_id', t.author_account_id)]);
    end if;
    return null;
end $$;
create constraint trigger tell_ticket after insert on ticket_events deferrable initially deferred for each row
    execute function tell_ticket();

-- Sessions of clients see another set of outlets at once.
create trigger tell_sessions after insert or update or delete on outlet_grants
    for each statement execute function tell_sessions();
create trigger tell_sessions after insert or update or delete on outlets
    for each statement execute function tell_sessions();
create trigger tell_sessions after update of user_id, parent_id, state or delete on client_accounts
    for each statement execute function tell_sessions();

select audit_tables('client_accounts', 'outlets', 'outlet_grants', 'client_addresses', 'registrations', 'support_lines',
    'ticket_categories', 'support_resources', 'ready_answers', 'problems', 'sla_calendars', 'sla_plans', 'mailboxes',
    'ticket_call_rules', 'desk_links', 'surveys', 'analysis_mails');

create or replace function mask_secrets(row_now jsonb, row_other jsonb) returns jsonb language sql immutable as $$
    select coalesce(jsonb_object_agg(key, case
        when key not in ('password', 'password_hash', 'secret', 'secret_before', 'inbound_secret', 'inbound_before',
                'totp_secret', 'totp_step', 'hash', 'token', 'body')
            or value = 'null' then value
        when row_other is not null and row_other -> key is distinct from value then '"*** (another)"'
        else '"***"' end), '{}')
    from jsonb_each(row_now)
$$;

update roles set rights = rights || array['tickets.read', 'tickets.write', 'clients.read'] where name = 'operator';
update roles set rights = rights || array['tickets.read', 'tickets.write', 'tickets.settings', 'clients.read',
    'clients.write'] where name = 'supervisor';
update roles set rights = rights || array['tickets.read'] where name = 'partner';
update roles set rights = array['tickets.own'] where name = 'client';

-- The role under which the api reads for a client, as paylater_partner is for users of a partner.
do $$
begin
    if not exists (select from pg_roles where rolname = 'paylater_client') then
        create role paylater_client nologin;
    end if;
exception
    when duplicate_object or unique_violation then null;
    when insufficient_privilege then
        raise exception 'This database user may not create roles. Create paylater_client (nologin) by hand and grant it to this user';
end $$;
do $$
begin
    if not pg_has_role(current_user, 'paylater_client', 'member') then
        execute format('grant paylater_client to %I', current_user);
    end if;
end $$;

-- Whose eyes: the account of the present person, its parent, and the outlets it was granted. Who is blocked, or whose
-- parent is, sees nothing.
create function client_seat() returns client_accounts language sql stable security definer set search_path = public, pg_temp as $$
    select a from client_accounts a left join client_accounts p on p.id = a.parent_id
    where a.user_id = current_person() and a.state = 'active' and coalesce(p.state, 'active') = 'active'
$$;
create function client_account() returns uuid language sql stable security definer set search_path = public, pg_temp as $$
    select (client_seat()).id
$$;
create function client_parent() returns uuid language sql stable security definer set search_path = public, pg_temp as $$
    select coalesce(s.parent_id, s.id) from client_seat() s
$$;
create function client_is_parent() returns boolean language sql stable security definer set search_path = public, pg_temp as $$
    select (client_seat()).is_parent
$$;
create function client_outlets() returns uuid[] language sql stable security definer set search_path = public, pg_temp as $$
    select array(select g.outlet_id from outlet_grants g where g.account_id = client_account())
$$;

do $$
declare
    walls jsonb := jsonb_build_object(
        'client_accounts', 'coalesce(parent_id, id) = (select client_parent()) and ((select client_is_parent()) or id = (select client_account()))',
        'outlets', 'account_id = (select client_parent()) and ((select client_is_parent()) or id = any ((select client_outlets())::uuid[]))',
        'outlet_grants', 'exists (select from client_accounts a where a.id = account_id)',
        'tickets', 'account_id = (select client_parent()) and ((select client_is_parent())
            or outlet_id = any ((select client_outlets())::uuid[])
            or outlet_id is null and author_account_id = (select client_account()))',
        'ticket_messages', 'public and exists (select from tickets t where t.id = ticket_id)',
        'ticket_files', 'public and exists (select from tickets t where t.id = ticket_id)',
        'ticket_watchers', 'account_id = (select client_account())',
        'problem_notice_tickets', 'exists (select from tickets t where t.id = ticket_id)',
        'problem_notices', 'exists (select from problem_notice_tickets l where l.notice_id = problem_notices.id)',
        'survey_asks', 'person_account_id = (select client_account())',
        'analysis_mails', 'account_id = (select client_account())');
    partner_walls jsonb := jsonb_build_object(
        'client_accounts', 'partner_id = current_partner()',
        'outlets', 'exists (select from client_accounts a where a.id = account_id)',
        'outlet_grants', 'exists (select from client_accounts a where a.id = account_id)',
        'client_addresses', 'exists (select from client_accounts a where a.id = account_id)',
        'tickets', 'partner_id = current_partner()',
        'ticket_messages', 'public and exists (select from tickets t where t.id = ticket_id)',
        'ticket_files', 'public and exists (select from tickets t where t.id = ticket_id)',
        'survey_asks', 'exists (select from client_accounts a where a.id = account_id)');
    wall record;
begin
    for wall in select key as name, value as rows from jsonb_each_text(walls) loop
        execute format('alter table %I enable row level security', wall.name);
        execute format('create policy of_client on %I to paylater_client using (%s)', wall.name, wall.rows);
    end loop;
    for wall in select key as name, value as rows from jsonb_each_text(partner_walls) loop
        execute format('create policy of_partner on %I to paylater_partner using (%s)', wall.name, wall.rows);
        execute format('grant select on %I to paylater_partner', wall.name);
    end loop;
end $$;

-- Of a ticket its client sees what is its own, and nothing of the kitchen.
grant select (id, number, account_id, outlet_id, author_account_id, author_name, author_email, author_phone, channel, subject,
    description, category_id, priority, state, status, language, due_at, overdue_at, first_response_at, solved_at,
    confirm_until, closed_at, first_closed_at, reopened, client_said_at, staff_said_at, version, created_at, updated_at, merged_into_id)
    on tickets to paylater_client;
grant select (id, text, at) on problem_notices to paylater_client;
grant select (notice_id, ticket_id) on problem_notice_tickets to paylater_client;
grant select on ticket_messages, ticket_watchers, analysis_mails, outlets, outlet_grants, ticket_categories to paylater_client;
grant select (id, ticket_id, message_id, public, name, media_type, size_bytes, verdict, path, created_at) on ticket_files
    to paylater_client;
grant select (id, parent_id, is_parent, user_id, name, contact, email, phone, tax_id, timezone, language, state,
    registered_at, version, created_at) on client_accounts to paylater_client;
grant select (id, survey_id, account_id, person_account_id, ticket_id, outlet_id, ask_at, sent_at, until, answered_at,
    score, comment) on survey_asks to paylater_client;
grant select (id, question, question_en, ask_comment, best, by_portal, enabled) on surveys to paylater_client;
grant select on ticket_categories, support_lines, support_resources, surveys to paylater_partner;
