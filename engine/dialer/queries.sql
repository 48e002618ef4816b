-- name: by_index
set local enable_seqscan = off; set local jit = off; set local plan_cache_mode = force_custom_plan

-- name: by_index_kept -- the same with plans that are kept: for what is asked so often that planning would cost more
set local enable_seqscan = off; set local jit = off

-- name: learn
analyze campaign_leads

-- name: calling_hours
select id, name, prefix, weekly, holidays, enabled from calling_hours where enabled

-- name: campaign_settings
select id, settings from campaigns where id = any($1::uuid[])

-- name: lanes -- kinds of leads that wait (zone, prefix of the law's hours, priority) and when the first of each is due;
-- leaps from one to the next in the index, so that a million leads cost no more than ten
with recursive lane as (
    (select zone, prefix, priority, next_at from campaign_leads where campaign_id = $1 and state = 'waiting'
    order by zone, prefix, priority desc, next_at limit 1)
    union all
    select n.zone, n.prefix, n.priority, n.next_at from lane l cross join lateral (
        select * from (
            (select 1 as turn, zone, prefix, priority, next_at from campaign_leads
            where campaign_id = $1 and state = 'waiting' and zone = l.zone and prefix = l.prefix
                and priority < l.priority
            order by priority desc, next_at limit 1)
            union all
            (select 2, zone, prefix, priority, next_at from campaign_leads
            where campaign_id = $1 and state = 'waiting' and zone = l.zone and prefix > l.prefix
            order by prefix, priority desc, next_at limit 1)
            union all
            (select 3, zone, prefix, priority, next_at from campaign_leads
            where campaign_id = $1 and state = 'waiting' and zone > l.zone
            order by zone, prefix, priority desc, next_at limit 1)) found
        order by turn limit 1) n)
select zone, prefix, priority, greatest(next_at, 'epoch') as next_at from lane

-- name: special_due -- when the first lead is due that is kept for an operator
select greatest(min(next_at), 'epoch') from campaign_leads
where campaign_id = $1 and state = 'waiting' and (live_only or user_id is not null)

-- name: claim -- take leads of open lanes: claimed, and their attempts written, in one statement
with lanes as (select zone, prefix, priority from unnest($4::text[], $5::text[], $6::int[]) as l(zone, prefix, priority)),
due as materialized (
    select d.lead_id, d.priority, d.next_at from lanes l cross join lateral (
        select c.lead_id, c.priority, c.next_at from campaign_leads c
        where c.campaign_id = $1 and c.state = 'waiting' and c.zone = l.zone and c.prefix = l.prefix
            and c.priority = l.priority and c.next_at <= $7 and not c.live_only and c.user_id is null
        order by c.next_at limit cardinality($3::uuid[]) for update skip locked) d
    order by d.priority desc, d.next_at limit cardinality($3::uuid[])),
taken as (
    update campaign_leads c set state = 'claimed', attempt_id = i.id, node_id = $2, claimed_at = $7
    from (select lead_id, row_number() over (order by priority desc, next_at) as place from due) d
        join unnest($3::uuid[]) with ordinality as i(id, place) on i.place = d.place
    where c.campaign_id = $1 and c.lead_id = d.lead_id and exists (select from campaigns where id = $1 and state = 'running')
    returning c.*)
insert into dial_attempts (id, campaign_id, lead_id, list_id, partner_id, node_id, mode, channel, address, zone, number,
    step, contact, claimed_at)
select t.attempt_id, t.campaign_id, t.lead_id, t.list_id, p.partner_id, t.node_id, p.mode, coalesce(k.channel, 'phone'),
    coalesce(k.address, ''), t.zone, t.attempts + 1, t.step, t.contact, t.claimed_at
from taken t join campaigns p on p.id = t.campaign_id
    left join lead_contacts k on k.lead_id = t.lead_id and k.position = t.contact
returning id

-- name: claim_special -- the same for leads that are kept for an operator, without those of $6
with due as materialized (
    select c.lead_id, c.priority, c.next_at, row_number() over () as place from (
        select lead_id, priority, next_at from campaign_leads c
        where campaign_id = $1 and state = 'waiting' and (live_only or user_id is not null) and next_at <= $7
            and lead_id <> all($6::uuid[])
            and exists (select from unnest($4::text[], $5::text[]) as o(zone, prefix)
                where o.zone = c.zone and o.prefix = c.prefix)
        order by next_at limit cardinality($3::uuid[]) for update skip locked) c),
taken as (
    update campaign_leads c set state = 'claimed', attempt_id = i.id, node_id = $2, claimed_at = $7
    from due d join unnest($3::uuid[]) with ordinality as i(id, place) on i.place = d.place
    where c.campaign_id = $1 and c.lead_id = d.lead_id and exists (select from campaigns where id = $1 and state = 'running')
    returning c.*)
insert into dial_attempts (id, campaign_id, lead_id, list_id, partner_id, node_id, mode, channel, address, zone, number,
    step, contact, claimed_at)
select t.attempt_id, t.campaign_id, t.lead_id, t.list_id, p.partner_id, t.node_id, p.mode, coalesce(k.channel, 'phone'),
    coalesce(k.address, ''), t.zone, t.attempts + 1, t.step, t.contact, t.claimed_at
from taken t join campaigns p on p.id = t.campaign_id
    left join lead_contacts k on k.lead_id = t.lead_id and k.position = t.contact
returning id

-- name: held -- claimed leads with all that their calls need, and what is known of their attempts (facts). abandoned:
-- left without an operator not long ago; listed, person_listed: see begin
select a.id as attempt_id, a.campaign_id, a.lead_id, a.list_id, a.partner_id, a.channel, a.address, a.number, a.step,
    a.contact, a.claimed_at, a.taken_at, c.zone, c.attempts, c.step_attempts, c.day, c.attempts_day, c.tried, c.dropped,
    c.live_only, c.user_id, greatest(c.next_at, 'epoch') as next_at, c.last_outcome, c.last_at, l.name, l.external_id,
    l.language, l.data, l.portrait,
    to_jsonb(a) as facts,
    exists (select from dial_attempts o where o.address = a.address and o.abandoned
        and o.connected_at is null and o.ended_at >
        now() - make_interval(hours => coalesce((p.settings->'abandonment'->>'live_hours')::int, $2))) as abandoned,
    exists (select from do_not_call d where d.address = a.address
        and (d.partner_id is null or d.partner_id = p.partner_id) and (d.until is null or d.until > now())) as listed,
    exists (select from lead_contacts k join do_not_call d on d.address = k.address where k.lead_id = a.lead_id
        and d.source in ('opt_out', 'operator') and (d.partner_id is null or d.partner_id = p.partner_id)
        and (d.until is null or d.until > now())) as person_listed,
    (select coalesce(jsonb_agg(jsonb_build_object('position', k.position, 'channel', k.channel, 'address', k.address,
        'role', k.role, 'zone', k.timezone, 'enabled', k.enabled) order by k.position), '[]')
        from lead_contacts k where k.lead_id = a.lead_id) as contacts
from dial_attempts a
    join campaign_leads c on c.campaign_id = a.campaign_id and c.lead_id = a.lead_id
        and c.state = 'claimed' and c.attempt_id = a.id
    join leads l on l.id = a.lead_id join campaigns p on p.id = a.campaign_id
where a.id = any($1::uuid[])
order by c.priority desc, c.next_at, a.id

-- name: left_open -- what this node has claimed: attempts without an end, and leads whose attempts have ended
select attempt_id from campaign_leads where state = 'claimed' and node_id = $1 and claimed_at < $2

-- name: lost_claims -- leads claimed by an attempt that is not there wait again
update campaign_leads c set state = 'waiting', attempt_id = null, node_id = null, claimed_at = null
where c.state = 'claimed' and c.node_id = $1 and c.claimed_at < $2
    and not exists (select from dial_attempts a where a.id = c.attempt_id)

-- name: lost_attempts -- attempts without an end whose leads went on, or are gone, ended without being known
update dial_attempts a set ended_at = now(), outcome = coalesce(outcome, 'interrupted')
where a.node_id = $1 and a.ended_at is null and a.claimed_at < $2 and a.id <> all($3::uuid[])
    and not exists (select from campaign_leads c where c.campaign_id = a.campaign_id and c.lead_id = a.lead_id
        and c.state = 'claimed' and c.attempt_id = a.id)

-- name: lock_address -- until the transaction's end: who else wants to dial this address waits
select pg_advisory_xact_lock(hashtextextended($1, 13))

-- name: begin -- the moment of dialling: everything that may forbid it is looked at again; where nothing does, the
-- attempt counts as begun. $4: start of the client's day, $5: dials of a number a day over all campaigns
with mine as (
    select a.id, a.lead_id, a.address, a.channel, p.state = 'running' as running, p.partner_id,
        l.enabled and s.enabled as enabled,
        exists (select from lead_contacts k where k.lead_id = a.lead_id and k.position = a.contact and k.enabled
            and k.address = a.address) as same_contact
    from dial_attempts a
        join campaign_leads c on c.campaign_id = a.campaign_id and c.lead_id = a.lead_id
            and c.state = 'claimed' and c.attempt_id = a.id
        join campaigns p on p.id = a.campaign_id join leads l on l.id = a.lead_id join lead_lists s on s.id = a.list_id
    where a.id = $1 and a.node_id = $2 and a.ended_at is null),
found as (
    select m.*,
        exists (select from do_not_call d where d.address = m.address
            and (d.partner_id is null or d.partner_id = m.partner_id) and (d.until is null or d.until > $3)) as listed,
        exists (select from lead_contacts k join do_not_call d on d.address = k.address where k.lead_id = m.lead_id
            and d.source in ('opt_out', 'operator') and (d.partner_id is null or d.partner_id = m.partner_id)
            and (d.until is null or d.until > $3)) as person_listed,
        m.channel = 'phone' and exists (select from dial_attempts o where o.address = m.address and o.id <> m.id
            and o.taken_at is not null and o.ended_at is null
            and o.claimed_at > $3::timestamptz - interval '4 hours') as in_progress,
        m.channel = 'phone' and (select count(*) from dial_attempts o where o.address = m.address and o.id <> m.id
            and o.claimed_at > $4::timestamptz - interval '1 day' and o.dialed_at >= $4) >= $5 as day_full
    from mine m),
begun as (
    update dial_attempts a set taken_at = $3 from found f
    where a.id = f.id and f.running and f.enabled and f.same_contact and not f.listed and not f.person_listed
        and not f.in_progress and not f.day_full
    returning a.id)
select f.running, f.enabled, f.same_contact, f.listed, f.person_listed, f.in_progress, f.day_full,
    exists (select from begun) as begun
from found f

-- name: release -- leads wait again, their attempts never were; $2: not before (none: as it was), $3: keep for operators
with gone as (
    delete from dial_attempts a using unnest($1::uuid[]) as i(id)
    where a.id = i.id and a.ended_at is null returning a.id)
update campaign_leads c set state = 'waiting', attempt_id = null, node_id = null, claimed_at = null,
    next_at = coalesce($2, c.next_at), live_only = c.live_only or $3
from unnest($1::uuid[]) as i(id)
where c.state = 'claimed' and c.attempt_id = i.id

-- name: move -- a claimed lead goes on without the attempt: to another contact, or it is done
with gone as (delete from dial_attempts a where a.id = $3 and a.ended_at is null returning a.id)
update campaign_leads c set state = $4, step = $5, contact = $6, result = $7, attempt_id = null, node_id = null,
    claimed_at = null, done_at = case when $4 = 'done' then $8::timestamptz end,
    zone = coalesce(l.timezone, k.timezone, s.timezone),
    prefix = coalesce((select h.prefix from calling_hours h where h.enabled and starts_with(k.address, h.prefix)
        order by length(h.prefix) desc limit 1), '')
from leads l join lead_lists s on s.id = l.list_id left join lead_contacts k on k.lead_id = l.id and k.position = $6
where c.campaign_id = $1 and c.lead_id = $2 and l.id = $2 and c.state = 'claimed' and c.attempt_id = $3

-- name: take_over -- claims of nodes that gave no sign of life for $2 seconds are this node's
with dead as (
    select n.id from engine_nodes n where n.id <> $1 and n.heartbeat_at < now() - make_interval(secs => $2)),
taken as (
    update campaign_leads c set node_id = $1 where c.state = 'claimed' and c.node_id in (select id from dead)
    returning c.attempt_id),
attempts as (
    update dial_attempts a set node_id = $1 where a.id in (select attempt_id from taken) returning a.id)
select t.attempt_id, (select count(*) from attempts) as attempts from taken t

-- name: expire_live -- people left without an operator longer ago are like others again
update campaign_leads c set live_only = false
where c.campaign_id = $1 and c.state = 'waiting' and c.live_only and not exists (
    select from lead_contacts k join dial_attempts o on o.address = k.address
    where k.lead_id = c.lead_id and o.abandoned and o.connected_at is null and o.ended_at > $2)

-- name: enabled_lists -- lists of a campaign that may be dialled
select l.list_id, l.priority from campaign_lists l join lead_lists s on s.id = l.list_id
where l.campaign_id = $1 and s.enabled order by l.priority desc, l.list_id

-- name: imported_since -- whether one of these lists was filled since
select exists (select from lead_imports where list_id = any($1::uuid[]) and finished_at > $2)

-- name: page_all -- leads of a list, by pages
select id from leads where list_id = $1 and id > $2 order by id limit $3

-- name: page_changed -- leads of a list that were added or changed since
select id, updated_at from leads where list_id = $1 and updated_at > $2 order by updated_at limit $3

-- name: known -- those of these leads that a campaign has
select lead_id from campaign_leads where campaign_id = $1 and lead_id = any($2::uuid[])

-- name: seed -- leads that a campaign does not have yet; $5..$7: steps that it may begin with
with fresh as (
    select i.id, l.timezone, (select timezone from lead_lists where id = $2) as list_zone
    from unnest($4::uuid[]) as i(id)
        cross join lateral (select timezone, enabled from leads where id = i.id offset 0) l
    where l.enabled),
chosen as (
    select f.id, coalesce(f.timezone, k.timezone, f.list_zone) as zone, k.step, k.position, k.address
    from fresh f left join lateral (
        select s.step, k.position, k.address, k.timezone
        from unnest($5::int[], $6::text[], $7::text[]) as s(step, channel, role)
            join lead_contacts k on k.lead_id = f.id and k.enabled and k.channel = s.channel and s.role in ('', k.role)
        order by s.step, k.position limit 1) k on true),
made as (
    insert into campaign_leads (campaign_id, lead_id, list_id, priority, zone, prefix, step, contact, state, result, done_at)
    select $1, c.id, $2, $3, c.zone,
        coalesce((select h.prefix from calling_hours h where h.enabled and starts_with(c.address, h.prefix)
            order by length(h.prefix) desc limit 1), ''),
        coalesce(c.step, 0), coalesce(c.position, 1), case when c.position is null then 'done' else 'waiting' end,
        case when c.position is null then 'no_contact' end, case when c.position is null then now() end
    from chosen c on conflict do nothing returning 1)
select count(*) from made

-- name: renew -- leads of a campaign that were changed: zone, prefix and priority of those that wait; those that were
-- switched off are done, those that are of use again wait again
with known as (
    select c.*, l.enabled, coalesce(l.timezone, k.timezone, (select timezone from lead_lists where id = l.list_id)) as now_zone,
        coalesce((select h.prefix from calling_hours h where h.enabled and starts_with(k.address, h.prefix)
            order by length(h.prefix) desc limit 1), '') as now_prefix,
        coalesce(k.step, c.step)::smallint as now_step, coalesce(k.position, c.contact)::smallint as now_contact,
        l.enabled and (k.position is not null or c.state = 'waiting') as waits
    from unnest($3::uuid[]) as i(id)
        cross join lateral (
            select ctid as place, lead_id, state, step, contact, priority, zone, prefix, result from campaign_leads
            where campaign_id = $1 and lead_id = i.id and (state = 'waiting'
                or (state = 'done' and result in ('disabled', 'no_contact', 'removed'))) offset 0) c
        cross join lateral (select timezone, list_id, enabled from leads where id = i.id offset 0) l
        left join lateral (
            select s.step, k.position, k.address, k.timezone
            from unnest($4::int[], $5::text[], $6::text[]) as s(step, channel, role)
                join lead_contacts k on k.lead_id = c.lead_id and k.enabled and k.channel = s.channel
                    and s.role in ('', k.role)
            where c.state = 'done' or s.step = c.step
            order by k.position <> c.contact, s.step, k.position limit 1) k on true),
changed as materialized (
    select *, case when not enabled then 'disabled' when not waits then 'no_contact' end as now_result from known
    where (priority, zone, prefix, step, contact, state, result) is distinct from ($2::int, now_zone, now_prefix, now_step,
        now_contact, case when waits then 'waiting' else 'done' end,
        case when not enabled then 'disabled' when not waits then 'no_contact' end))
update campaign_leads c set priority = $2::int, zone = n.now_zone, prefix = n.now_prefix, contact = n.now_contact,
    step = n.now_step, state = case when n.waits then 'waiting' else 'done' end, result = n.now_result,
    done_at = case when n.waits then null else coalesce(c.done_at, now()) end
from changed n
where c.ctid = n.place and c.campaign_id = $1 and c.lead_id = n.lead_id and c.state = n.state

-- name: detach -- leads of lists that are not the campaign's any more
update campaign_leads c set state = 'done', result = 'removed', done_at = now()
where c.campaign_id = $1 and c.state = 'waiting' and c.list_id <> all($2::uuid[])

-- name: seed_lock -- one node at a time fills a campaign
select pg_try_advisory_xact_lock(hashtextextended($1::uuid::text, 14))

-- name: abandonment -- people who answered, and those of them who were left, since $2 (a day) and $3 (thirty)
select count(*) filter (where answered_at > $2 and (abandoned or outcome = any($4::text[]))) as people_day,
    count(*) filter (where answered_at > $2 and abandoned) as abandoned_day,
    count(*) filter (where abandoned or outcome = any($4::text[])) as people,
    count(*) filter (where abandoned) as abandoned
from dial_attempts where campaign_id = $1 and answered_at > $3

-- name: abandoned_caller -- the campaign that left this person without an operator last, not reached since
select a.campaign_id, p.queue_id, a.ended_at
from dial_attempts a join campaigns p on p.id = a.campaign_id
where a.address = $1 and a.abandoned and a.connected_at is null and p.queue_id is not null
    and a.ended_at > $2::timestamptz - make_interval(hours => coalesce((p.settings->'abandonment'->>'live_hours')::int, $3))
    and not exists (select from dial_attempts o where o.address = a.address and o.connected_at > a.ended_at)
order by a.ended_at desc limit 1

-- name: counts -- how a campaign's leads stand
select state, result, count(*) as leads, count(*) filter (where state = 'waiting' and next_at <= $2) as due
from campaign_leads where campaign_id = $1 group by state, result

-- name: keep_letter -- an e-mail of the chain, into the outbox of letters; its attempt's id, so that none goes twice
insert into mails (id, recipient, subject, body, created_at, next_at, expires_at) values ($1, $2, $3, $4, $5, $5, $6)
on conflict (id) do nothing
