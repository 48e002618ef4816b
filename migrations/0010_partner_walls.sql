-- What users of a partner may see: the api reads for them as the role paylater_partner (api/web/scope.py), which is
-- granted nothing but what stands here (and in 0009_desk.sql), and of each table the rows of one partner alone.

create function current_person() returns uuid language sql stable as $$
    select nullif(current_setting('paylater.person', true), '')::uuid
$$;

-- Changes that they make are told in the feed, which they can't read as a table.
alter function add_changes(text[], text[], text[], jsonb[]) security definer;
alter function add_changes(text[], text[], text[], jsonb[]) set search_path = public, pg_temp;

-- table -> which rows. A subquery on another walled table sees that table's rows of the partner alone.
do $$
declare
    walls jsonb := jsonb_build_object(
        'calls', 'partner_id = current_partner()',
        'call_legs', 'exists (select from calls c where c.started_at = call_started_at and c.id = call_id)',
        'call_events', 'exists (select from calls c where c.started_at = call_started_at and c.id = call_id)',
        'recordings', 'exists (select from calls c where c.started_at = call_started_at and c.id = call_id)',
        'live_calls', 'state ->> ''partner_id'' = current_partner()::text',
        'voicemail_messages', 'exists (select from calls c where c.id = call_id)',
        'numbers', 'partner_id = current_partner()',
        'queues', 'partner_id = current_partner()',
        'queue_members', 'exists (select from queues q where q.id = queue_id)',
        'queue_skills', 'exists (select from queues q where q.id = queue_id)',
        'queue_visits', 'partner_id = current_partner()',
        'queue_offers', 'exists (select from queue_visits v where v.id = visit_id)',
        'callback_requests', 'exists (select from queues q where q.id = queue_id)',
        'callback_attempts', 'exists (select from callback_requests b where b.id = callback_id)',
        'partners', 'id = current_partner()',
        'users', 'partner_id = current_partner()',
        'employee_groups', 'partner_id = current_partner()',
        'employee_group_members', 'exists (select from employee_groups g where g.id = group_id)',
        'user_skills', 'exists (select from users u where u.id = user_id)',
        'presence', 'exists (select from users u where u.id = user_id)',
        'presence_intervals', 'exists (select from users u where u.id = user_id)',
        'shifts', 'exists (select from users u where u.id = user_id)',
        'extensions', 'exists (select from users u where u.extension = extensions.number)',
        'contacts', 'partner_id = current_partner()',
        'contact_phones', 'exists (select from contacts c where c.id = contact_id)',
        'favourites', 'user_id = current_person()',
        'missed_digests', 'user_id = current_person()');
    wall record;
begin
    for wall in select key as name, value as rows from jsonb_each_text(walls) loop
        execute format('alter table %I enable row level security', wall.name);
        execute format('create policy of_partner on %I to paylater_partner using (%s)', wall.name, wall.rows);
        if wall.name <> 'users' then
            execute format('grant select on %I to paylater_partner', wall.name);
        end if;
    end loop;
end $$;

-- Of users no secret.
grant select (id, login, name, email, role, language, extension, partner_id, has_password, totp_confirmed_at, blocked_at,
    signed_in_at, created_at, version) on users to paylater_partner;
-- What everybody may know.
grant select on roles, skills, break_reasons to paylater_partner;
-- What they may change; a policy holds for what is written, too.
grant insert, update, delete on contacts, contact_phones, favourites, missed_digests to paylater_partner;
grant insert, update on callback_requests to paylater_partner;

-- Every table that people change is under the log of changes; facts, queues of work and secrets' hashes are not.
do $$
declare
    facts text[] := array['schema_migrations', 'engine_nodes', 'changes', 'calls', 'call_legs', 'call_events', 'live_calls',
        'journal_positions', 'recordings', 'missed_calls', 'recording_plays', 'queue_visits', 'queue_offers',
        'callback_attempts', 'presence', 'presence_intervals', 'sessions', 'refresh_tokens', 'one_time_links',
        'sign_in_failures', 'sign_in_states', 'mails', 'audit_log', 'favourites', 'missed_digests'];
    name text;
begin
    for name in
        select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition and c.relname <> all (facts)
            and not exists (select from pg_trigger t where t.tgrelid = c.oid and t.tgname = 'audit_change')
        order by c.relname
    loop
        perform audit_tables(name);
    end loop;
end $$;
