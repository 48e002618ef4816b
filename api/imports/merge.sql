-- Staged rows become leads, a chunk in one transaction. settled: 0 open, 1 changed a lead, 2 duplicate, 3 to be added,
-- 4 refused, 5 added.

-- name: lock_merges -- one merge at a time: what another has brought is seen
select pg_advisory_xact_lock(7250013)

-- name: stage
create temp table staged (n integer not null, line integer not null, id uuid not null, external_id text,
    name text not null, language text, timezone text, data jsonb not null, enabled boolean not null,
    broken boolean not null, lead_id uuid, own boolean, settled smallint not null default 0) on commit drop;
create temp table staged_contacts (n integer not null, position smallint not null, channel text not null,
    address text not null, role text not null, timezone text, enabled boolean not null) on commit drop

-- name: staged_ready
create index on staged (n); create index on staged_contacts (n); analyze staged; analyze staged_contacts

-- name: match -- the lead that each open row is; $1 the list, $2 its rule, $3 its partner
update pg_temp.staged s set lead_id = m.lead_id, own = m.own from (
    select distinct on (n) n, lead_id, own from (
        select s.n, l.id as lead_id, true as own, 0 as weight
        from pg_temp.staged s join leads l on l.list_id = $1 and l.external_id = s.external_id
        where s.settled = 0
        union all
        select s.n, c.lead_id, true, 1
        from pg_temp.staged s join pg_temp.staged_contacts p on p.n = s.n and p.channel = 'phone'
        join lead_contacts c on c.list_id = $1 and c.address = p.address and c.channel = 'phone'
        where s.settled = 0 and $2::text <> 'none'
        union all
        select s.n, c.lead_id, false, 2
        from pg_temp.staged s join pg_temp.staged_contacts p on p.n = s.n and p.channel = 'phone'
        join lead_contacts c on c.address = p.address and c.channel = 'phone' and c.list_id <> $1
        join lead_lists o on o.id = c.list_id and o.partner_id is not distinct from $3::uuid
        where s.settled = 0 and $2::text = 'all'
        union all
        select s.n, l.id, false, 3
        from pg_temp.staged s join leads l on l.external_id = s.external_id and l.list_id <> $1
        join lead_lists o on o.id = l.list_id and o.partner_id is not distinct from $3::uuid
        where s.settled = 0 and $2::text = 'all'
    ) found order by n, weight, lead_id
) m where s.n = m.n

-- name: skip -- rows that are there already and are not to change it: settled as duplicates
with found as (
    select s.n from pg_temp.staged s join leads l on l.id = s.lead_id
    where s.settled = 0 and (not $1::boolean or not s.own
        -- Another client with the same phone.
        or s.external_id is not null and l.external_id is not null and s.external_id <> l.external_id)
)
update pg_temp.staged s set settled = 2 from found where s.n = found.n

-- name: superseded -- of several rows for one lead the last one counts; an external id goes to one lead
update pg_temp.staged s set settled = 2 from (
    select n, n < max(n) over (partition by lead_id) as older, external_id is not null
        and lead_id <> first_value(lead_id) over (partition by external_id order by n) as another
    from pg_temp.staged where settled = 0 and lead_id is not null
) w where s.n = w.n and (w.older or w.another)

-- name: first -- rows that no lead is, before others with the same id or phone: to be added, or refused where they
-- have no contact. Rows that share one with a row for a lead wait until that one is done.
with keys as (
    select n, lead_id, 'x' || external_id as key from pg_temp.staged where settled = 0 and external_id is not null
    union all
    select s.n, s.lead_id, 'p' || p.address from pg_temp.staged s join pg_temp.staged_contacts p on p.n = s.n
    where s.settled = 0 and p.channel = 'phone' and $1::text <> 'none'
), later as (
    select distinct n from (
        select n, bool_or(lead_id is not null) over (partition by key)
            or n > min(n) over (partition by key) as waits from keys
    ) k where waits
)
update pg_temp.staged s set settled = case
    when exists (select from pg_temp.staged_contacts p where p.n = s.n) then 3 else 4 end
where s.settled = 0 and s.lead_id is null and s.n not in (select n from later)

-- name: change -- leads that the rows tell something new of: their ids; the rows are settled
with fields as (
    update leads l set
        external_id = coalesce(l.external_id, s.external_id),
        name = case when s.name <> '' then s.name else l.name end,
        language = coalesce(s.language, l.language),
        timezone = coalesce(s.timezone, l.timezone),
        data = l.data || s.data,
        import_id = coalesce($1::uuid, l.import_id),
        updated_at = now()
    from pg_temp.staged s
    where s.settled = 0 and s.lead_id = l.id
        and (l.external_id is null and s.external_id is not null or s.name not in ('', l.name)
            or s.language is distinct from l.language and s.language is not null
            or s.timezone is distinct from l.timezone and s.timezone is not null or not l.data @> s.data)
    returning l.id
), given as (
    select s.lead_id, array_agg((p.channel, p.address, p.role)::text order by p.position) as ways
    from pg_temp.staged s join pg_temp.staged_contacts p on p.n = s.n
    where s.settled = 0 and s.lead_id is not null group by s.lead_id
), kept as (
    select c.lead_id, array_agg((c.channel, c.address, c.role)::text order by c.position) as ways
    from lead_contacts c where c.lead_id in (select lead_id from given) group by c.lead_id
), moved as (
    select g.lead_id from given g left join kept k on k.lead_id = g.lead_id where g.ways is distinct from k.ways
), settled as (
    update pg_temp.staged s set settled = case when s.lead_id in (select id from fields union select lead_id from moved)
        then 1 else 2 end
    where s.settled = 0 and s.lead_id is not null
)
select id as lead_id, false as moved from fields where id not in (select lead_id from moved)
union all select lead_id, true from moved

-- name: drop_contacts -- of these leads; what was off stays off
with gone as (
    delete from lead_contacts where lead_id = any($1::uuid[]) returning lead_id, channel, address, enabled
), off as (
    select distinct lead_id, channel, address from gone where not enabled
)
update pg_temp.staged_contacts p set enabled = false
from off join pg_temp.staged s on s.lead_id = off.lead_id and s.settled = 1
where p.n = s.n and p.channel = off.channel and p.address = off.address

-- name: put_contacts -- of these changed leads
insert into lead_contacts (lead_id, position, list_id, channel, address, role, timezone, enabled)
select s.lead_id, p.position, $2, p.channel, p.address, p.role, p.timezone, p.enabled
from pg_temp.staged s join pg_temp.staged_contacts p on p.n = s.n
where s.settled = 1 and s.lead_id = any($1::uuid[])

-- name: touch -- leads whose contacts are others
update leads set updated_at = now(), import_id = coalesce($2::uuid, import_id) where id = any($1::uuid[])

-- name: refused_errors
insert into lead_import_errors (import_id, line, field, value, message)
select $1, line, 'external_id', coalesce(external_id, ''), 'The row has no phone, and the list has no such client'
from pg_temp.staged where settled = 4 order by n limit $2

-- name: refused_lines
select line, coalesce(external_id, '') as value from pg_temp.staged where settled = 4 order by n limit 100

-- name: add
with added as (
    insert into leads (id, list_id, external_id, name, language, timezone, data, enabled, import_id)
    select id, $1, external_id, name, language, timezone, data, enabled, $2 from pg_temp.staged where settled = 3
    order by n returning id
)
select count(*) from added

-- name: add_contacts
insert into lead_contacts (lead_id, position, list_id, channel, address, role, timezone, enabled)
select s.id, p.position, $1, p.channel, p.address, p.role, p.timezone, p.enabled
from pg_temp.staged s join pg_temp.staged_contacts p on p.n = s.n where s.settled = 3 order by p.n, p.position

-- name: added_done
update pg_temp.staged set settled = 5, lead_id = id where settled = 3

-- name: left_open
select exists (select from pg_temp.staged where settled = 0)

-- name: give_up -- too many rows that hang on each other: the rest are duplicates
update pg_temp.staged set settled = 2 where settled = 0

-- name: totals
select count(*) filter (where settled = 5) as added, count(*) filter (where settled = 1) as updated,
    count(*) filter (where settled = 2) as duplicates, count(*) filter (where settled = 4) as refused,
    count(*) filter (where settled = 4 and not broken) as found_broken from pg_temp.staged

-- name: lead_ids -- what each row became
select n, coalesce(lead_id, id) as id from pg_temp.staged where settled in (1, 2, 5) order by n

-- name: drop_staged
drop table pg_temp.staged, pg_temp.staged_contacts
