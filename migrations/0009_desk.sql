-- The desk: missed calls, contacts, favourites, who heard which recording; indexes of history and reports.

create index call_legs_user on call_legs (user_id, call_started_at desc) where user_id is not null;
create index queue_visits_open on queue_visits (queue_id, entered_at) where ended_at is null;
create index queue_visits_operator on queue_visits (operator_id, entered_at) where operator_id is not null;
create index queue_visits_caller on queue_visits (caller, entered_at);
create index presence_intervals_end on presence_intervals (upper(during));
create index presence_intervals_wrap on presence_intervals (call_id, user_id) where status = 'wrap_up';

-- A number as it is compared: digits; Russian ones dialled at home (8 495..., 495...) in their international form.
create function phone_key(written text) returns text
language sql immutable parallel safe as $$
    select case
        when digits ~ '^8[3489][0-9]{9}$' then '7' || substr(digits, 2)
        when digits ~ '^[3489][0-9]{9}$' then '7' || digits
        else digits
    end
    from regexp_replace(written, '[^0-9]', '', 'g') as digits
$$;

-- Inbound calls that reached a queue, a group or an extension and were talked to by nobody. ``user_ids`` are those whose
-- phones rang, ``queue_ids`` the queues waited in. Open until somebody has talked to the number, or it was dismissed.
create table missed_calls (
    id uuid primary key,
    started_at timestamptz not null,
    at timestamptz not null,
    number text not null,
    caller text not null,
    caller_name text not null default '',
    called text not null,
    partner_id uuid,
    queue_ids uuid[] not null default '{}',
    user_ids uuid[] not null default '{}',
    extensions text[] not null default '{}',
    outcome text not null,
    waited_s double precision not null default 0,
    taken_by uuid,
    taken_at timestamptz,
    closed_at timestamptz,
    closed_by uuid,
    closed_how text check (closed_how in ('inbound', 'outbound', 'callback', 'dismissed')),
    closed_call_id uuid,
    check ((closed_at is null) = (closed_how is null))
);
create index missed_calls_open on missed_calls (at desc, id desc) where closed_at is null;
create index missed_calls_number on missed_calls (number) where closed_at is null;
create index missed_calls_at on missed_calls (at desc, id desc);

-- Who serves which queue, as a member or by a group.
create view queue_people as
    select queue_id, user_id from queue_members where user_id is not null
    union
    select m.queue_id, g.user_id from queue_members m join employee_group_members g using (group_id);

-- Told in the feed; the caller holds the feed's lock already, so that everybody takes locks in one order.
create function tell_missed(what text, ids uuid[]) returns void language plpgsql as $$
begin
    perform add_changes(array_agg('missed'::text), array_agg(what), array_agg(m.id::text), array_agg(
        to_jsonb(m) || jsonb_build_object('concerns', array(
            select user_id from queue_people where queue_id = any(m.queue_ids) union select unnest(m.user_ids) order by 1))))
    from missed_calls m where m.id = any(ids) having count(*) > 0;
end $$;

create function close_missed(talked text, talked_until timestamptz, how text, who uuid, call uuid) returns uuid[]
language sql as $$
    with closed as (
        update missed_calls set closed_at = greatest(at, talked_until), closed_how = how, closed_by = who,
            closed_call_id = call
        where number = talked and closed_at is null and at <= talked_until
        returning id
    )
    select coalesce(array_agg(id), '{}') from closed
$$;

-- An inbound call has ended without a conversation. Runs at the end of the transaction, when the rows of its legs and
-- visits are there too; looks whether somebody has talked to the number since.
create function note_missed() returns trigger language plpgsql as $$
declare
    queues uuid[];
    users uuid[];
    phones text[];
begin
    select coalesce(array_agg(distinct queue_id), '{}') into queues from queue_visits
        where call_id = new.id and answered_at is null and outcome not in ('callback', 'transferred');
    select coalesce(array_agg(distinct user_id) filter (where user_id is not null), '{}'),
        coalesce(array_agg(distinct l.number), '{}') into users, phones
        from call_legs l
        where call_started_at = new.started_at and call_id = new.id and role = 'callee' and answered_at is null
            and exists (select from extensions e where e.number = l.number);
    if queues = '{}' and phones = '{}' then
        return null;
    end if;
    perform pg_advisory_xact_lock(7250002);
    if exists (select from calls c where c.started_at > new.started_at and c.outcome = 'answered'
            and c.ended_at >= new.ended_at and c.id <> new.id and (c.direction = 'inbound' and c.caller = new.caller
            or c.direction = 'outbound' and c.called = phone_key(new.caller))) then
        return null;
    end if;
    insert into missed_calls (id, started_at, at, number, caller, caller_name, called, partner_id, queue_ids, user_ids,
        extensions, outcome, waited_s)
    values (new.id, new.started_at, new.ended_at, phone_key(new.caller), new.caller, new.caller_name, new.called,
        new.partner_id, queues, users, phones, new.outcome, extract(epoch from new.ended_at - new.started_at))
    on conflict (id) do nothing;
    if found then
        perform tell_missed('created', array[new.id]);
    end if;
    return null;
end $$;

create constraint trigger note_missed after insert or update on calls deferrable initially deferred for each row
    when (new.direction = 'inbound' and new.ended_at is not null and new.caller ~ '^\+?[0-9]{2,20}$'
        and new.outcome in ('abandoned', 'served', 'voicemail', 'busy', 'no_answer', 'rejected', 'failed'))
    execute function note_missed();

-- Conversations that have ended close what was missed of the same number.
create function close_missed_talked() returns trigger language plpgsql as $$
declare
    closed uuid[];
begin
    if not exists (select from missed_calls where closed_at is null) or not exists (
            select from fresh f join missed_calls m on m.closed_at is null
                and m.number = phone_key(case f.direction when 'inbound' then f.caller else f.called end)
            where f.outcome = 'answered' and f.direction in ('inbound', 'outbound')) then
        return null;
    end if;
    perform pg_advisory_xact_lock(7250002);
    select array_agg(gone) into closed
    from fresh f, unnest(close_missed(phone_key(case f.direction when 'inbound' then f.caller else f.called end),
        f.ended_at, f.direction, f.operator_id, f.id)) gone
    where f.outcome = 'answered' and f.ended_at is not null and f.direction in ('inbound', 'outbound');
    perform tell_missed('closed', closed);
    return null;
end $$;

create trigger close_missed_new after insert on calls referencing new table as fresh
    for each statement execute function close_missed_talked();
create trigger close_missed_changed after update on calls referencing new table as fresh
    for each statement execute function close_missed_talked();

create function close_missed_called_back() returns trigger language plpgsql as $$
begin
    perform pg_advisory_xact_lock(7250002);
    perform tell_missed('closed', close_missed(phone_key(new.number), coalesce(new.done_at, now()), 'callback',
        new.operator_id, new.call_id));
    return null;
end $$;

create trigger close_missed_called_back after insert or update on callback_requests for each row
    when (new.state = 'done') execute function close_missed_called_back();

-- How often a user wants to be told of open missed calls by e-mail.
create table missed_digests (
    user_id uuid primary key references users (id) on delete cascade,
    every_minutes integer not null check (every_minutes between 15 and 10080),
    sent_until timestamptz not null default now()
);

-- Contacts of a user, of a group, or (neither) of everybody in the company, or of everybody at a partner.
create table contacts (
    id uuid primary key,
    owner_id uuid references users (id) on delete cascade,
    group_id uuid references employee_groups (id) on delete cascade,
    partner_id uuid references partners (id),
    name text not null check (name <> ''),
    company text not null default '',
    position text not null default '',
    email text not null default '',
    note text not null default '',
    words tsvector not null generated always as (
        to_tsvector('simple', regexp_replace(name || ' ' || company, '[^[:alnum:]]+', ' ', 'g'))) stored,
    version integer not null default 1,
    created_by uuid,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    check (num_nonnulls(owner_id, group_id) <= 1)
);
create index contacts_words on contacts using gin (words);
create index contacts_order on contacts (coalesce(partner_id, '00000000-0000-0000-0000-000000000000'), lower(name), id);
create index contacts_owner on contacts (owner_id) where owner_id is not null;
create index contacts_group on contacts (group_id) where group_id is not null;

create table contact_phones (
    contact_id uuid not null references contacts (id) on delete cascade,
    place smallint not null,
    number text not null check (number ~ '^[0-9]{2,15}$'),
    label text not null default '',
    primary key (contact_id, place),
    unique (contact_id, number)
);
create index contact_phones_number on contact_phones (number text_pattern_ops);
create index contact_phones_ending on contact_phones (reverse(number) text_pattern_ops);

create table favourites (
    user_id uuid not null references users (id) on delete cascade,
    contact_id uuid references contacts (id) on delete cascade,
    colleague_id uuid references users (id) on delete cascade,
    place integer not null,
    check (num_nonnulls(contact_id, colleague_id) = 1),
    unique (user_id, contact_id),
    unique (user_id, colleague_id)
);

-- Who listened to which recording, and when.
create table recording_plays (
    id uuid primary key,
    at timestamptz not null default now(),
    user_id uuid not null,
    recording_id uuid not null,
    call_id uuid not null,
    address text not null
);
create index recording_plays_call on recording_plays (call_id, at);
create index recording_plays_user on recording_plays (user_id, at);

-- What users of a partner see of the above: their missed calls, names of who served them, lengths of wrap-ups of their
-- calls (joined to rows that are theirs); that they listened to a recording is noted too.
create view user_names as select id, name from users;
create view wrap_ups as
    select call_id, user_id, lower(during) as begins, extract(epoch from upper(during) - lower(during)) as seconds
    from presence_intervals where status = 'wrap_up' and call_id is not null;
alter table missed_calls enable row level security;
create policy of_partner on missed_calls to paylater_partner
    using (partner_id = nullif(current_setting('paylater.partner', true), '')::uuid);
grant select on missed_calls, user_names, wrap_ups, queue_people to paylater_partner;
grant update (taken_by, taken_at, closed_at, closed_by, closed_how, closed_call_id) on missed_calls to paylater_partner;
grant insert on recording_plays to paylater_partner;
