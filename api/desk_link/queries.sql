-- name: door -- a link as events that come in need it
select id, name, settings, inbound_secret, case when inbound_before_until > $2 then inbound_before end as inbound_before
from desk_links where id = $1 and enabled;

-- name: rotate
update desk_links set inbound_before = inbound_secret, inbound_before_until = $3, inbound_secret = $2,
    version = version + 1, updated_at = now()
where id = $1
returning version;

-- name: afresh -- what was told of the other end is forgotten, and what waits goes now
with gone as (update desk_link_health set failures = 0, down_until = null, error = null where link_id = $1)
update desk_link_outbox set next_at = created_at where link_id = $1 and state = 'waiting';

-- name: categories -- those of $1 that there are
select id from ticket_categories where id = any ($1::uuid[]);

-- name: state -- how a link is
select l.id, l.enabled, l.settings, coalesce(h.failures, 0) as failures, h.down_until, h.failed_at, h.error,
    h.delivered_at, h.received_at,
    (select count(*) from desk_link_outbox o where o.link_id = l.id and o.state in ('waiting', 'sending')) as waiting,
    (select count(*) from desk_link_outbox o where o.link_id = l.id and o.state = 'dead') as dead,
    (select count(*) from desk_link_outbox o where o.link_id = l.id and o.state = 'delivered') as delivered,
    (select count(*) from desk_link_inbox i where i.link_id = l.id) as received,
    (select count(*) from desk_link_inbox i where i.link_id = l.id and i.body is not null) as held,
    (select count(*) from desk_link_tickets t where t.link_id = l.id) as tickets,
    (select min(created_at) from desk_link_outbox o where o.link_id = l.id and o.state in ('waiting', 'sending'))
        as oldest_at
from desk_links l left join desk_link_health h on h.link_id = l.id
where l.id = $1;

-- name: deliveries -- newest first
select o.id, o.link_id, o.ticket_id, t.number, o.event_id, o.kind, o.state, o.attempts, o.created_at,
    case when o.state in ('waiting', 'sending') then o.next_at end as next_at, o.delivered_at, o.status, o.error, o.body
from desk_link_outbox o join tickets t on t.id = o.ticket_id
where o.link_id = $1 and ($3::bigint is null or o.id < $3) and ($4::text is null or o.state = $4)
    and ($5::text is null or o.kind = $5) and ($6::uuid is null or o.ticket_id = $6)
order by o.id desc
limit $2;

-- name: troubles -- what failed last
select o.id, o.link_id, o.ticket_id, t.number, o.event_id, o.kind, o.state, o.attempts, o.created_at,
    case when o.state in ('waiting', 'sending') then o.next_at end as next_at, o.delivered_at, o.status, o.error, o.body
from desk_link_outbox o join tickets t on t.id = o.ticket_id
where o.link_id = $1 and o.error is not null and o.state <> 'delivered'
order by o.id desc
limit 10;

-- name: received -- newest first
select i.event_id, i.kind, i.at, i.received_at, i.remote_id, i.ticket_id, t.number, i.result
from desk_link_inbox i left join tickets t on t.id = i.ticket_id
where i.link_id = $1 and ($3::timestamptz is null or (i.received_at, i.event_id) < ($3, $4))
    and ($5::uuid is null or i.ticket_id = $5)
order by i.received_at desc, i.event_id desc
limit $2;

-- name: resend_one -- tries and age count anew; also of what waited behind it
with one as (
    update desk_link_outbox set state = 'waiting', attempts = 0, refusals = 0, next_at = $2, resent_at = $2,
        delivered_at = null
    where id = $1 and state in ('dead', 'delivered')
    returning link_id, ticket_id, id
), behind as (
    update desk_link_outbox o set resent_at = $2 from one
    where o.link_id = one.link_id and o.ticket_id = one.ticket_id and o.state = 'waiting' and o.id > one.id
)
select link_id from one;

-- name: resend_dead
with gone as (
    update desk_link_outbox set state = 'waiting', attempts = 0, refusals = 0, next_at = $2, resent_at = $2
    where link_id = $1 and state = 'dead'
    returning id, ticket_id
), behind as (
    update desk_link_outbox o set resent_at = $2
    where o.link_id = $1 and o.state = 'waiting' and o.ticket_id in (select ticket_id from gone)
)
select count(*) from gone;

-- name: state_of
select state from desk_link_outbox where id = $1;

-- name: wake
select pg_notify('desk_links', '');

-- name: links_of -- desks that a request can go to, and those that know one which was merged into it
select l.id as link_id, l.name, t.ticket_id is not null as linked, coalesce(t.owned, true) as owned, t.remote_id,
    t.remote_number, t.remote_state, t.remote_at, t.merged_number,
    (select count(*) from desk_link_outbox o where o.link_id = l.id and o.ticket_id = t.ticket_id
        and o.state in ('waiting', 'sending')) as waiting,
    (select count(*) from desk_link_outbox o where o.link_id = l.id and o.ticket_id = t.ticket_id
        and o.state = 'dead') as dead
from desk_links l left join (
    select p.*, null::bigint as merged_number from desk_link_tickets p where p.ticket_id = $1
    union all
    select p.*, m.number from tickets m join desk_link_tickets p on p.ticket_id = m.id where m.merged_into_id = $1
) t on t.link_id = l.id
where l.enabled or t.ticket_id is not null
order by l.name, l.id, t.merged_number nulls first;

-- name: ticket_seen
select exists (select from tickets where id = $1);

-- name: targets -- links that an event of a request may concern: those that it goes to by itself, its own, and those of
-- requests that were merged into it
select l.id, l.name, l.settings, l.enabled, t.ticket_id is not null as linked, t.remote_id, t.remote_number,
    coalesce(t.owned, true) as owned, t.clocks,
    l.automatic and $2 >= l.min_line and (l.category_ids = '{}' or $3::uuid = any (l.category_ids)) as fits,
    $1::uuid as issue_id
from desk_links l left join desk_link_tickets t on t.link_id = l.id and t.ticket_id = $1
where l.enabled or t.ticket_id is not null
union all
select l.id, l.name, l.settings, l.enabled, true, t.remote_id, t.remote_number, t.owned, t.clocks, false, t.ticket_id
from tickets m join desk_link_tickets t on t.ticket_id = m.id join desk_links l on l.id = t.link_id
where m.merged_into_id = $1
order by id, fits desc, issue_id;

-- name: lands -- the request on which what comes from there is
select coalesce(m.merged_into_id, m.id) from desk_link_tickets t join tickets m on m.id = t.ticket_id
where t.link_id = $1 and (t.remote_id = $2 or t.ticket_id = $3)
order by t.remote_id is not distinct from $2 desc
limit 1;

-- name: leading -- of what a desk knows of a request ($2) and those merged into it: the one whose state counts
select t.ticket_id from desk_link_tickets t join tickets m on m.id = t.ticket_id
where t.link_id = $1 and (m.id = $2 or m.merged_into_id = $2)
order by m.id = $2 desc, t.created_at, m.id
limit 1;

-- name: hold_pair
select link_id, ticket_id, remote_id, remote_number, owned, clocks from desk_link_tickets
where link_id = $1 and ticket_id = $2
for update;

-- name: pair_there -- by the id there, else by that here
select link_id, ticket_id, remote_id, remote_number, owned, clocks from desk_link_tickets
where link_id = $1 and (remote_id = $2 or ticket_id = $3)
order by remote_id is not distinct from $2 desc
limit 1;

-- name: add_pair
insert into desk_link_tickets (link_id, ticket_id, remote_id, remote_number, remote_state, remote_at, owned, clocks,
    created_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict do nothing
returning ticket_id;

-- name: set_clocks
update desk_link_tickets set clocks = $3 where link_id = $1 and ticket_id = $2;

-- name: heard -- what the other desk told of the request; what it did not tell stays
update desk_link_tickets set remote_id = coalesce(remote_id, $3), remote_number = coalesce($4, remote_number),
    remote_state = coalesce($5, remote_state), remote_at = $6
where link_id = $1 and ticket_id = $2;

-- name: facts -- names of what a request refers to
select a.name as account, o.name as outlet, c.name as category
from tickets t left join client_accounts a on a.id = t.account_id left join outlets o on o.id = t.outlet_id
    left join ticket_categories c on c.id = t.category_id
where t.id = $1;

-- name: category_name
select name from ticket_categories where id = $1;

-- name: category_named
select id from ticket_categories where lower(name) = lower($1) or lower(name_en) = lower($1) order by enabled desc, id
limit 1;

-- name: messages -- what was said so far
select id, at, author, author_name, public, body from ticket_messages where ticket_id = $1 and (public or $2)
order by at, id;

-- name: files -- what was attached so far, or these
select id, name, media_type, size_bytes, sha256, message_id, public from ticket_files
where ticket_id = $1 and ($2::uuid[] is null or id = any ($2)) and (public or $3)
order by created_at, id;

-- name: put
insert into desk_link_outbox (link_id, ticket_id, event_id, kind, body, next_at, created_at)
values ($1, $2, $3, $4, $5, $6, $6)
on conflict (link_id, event_id) do nothing;

-- name: file_place
select id, name, media_type, size_bytes, sha256, path, verdict, created_at from ticket_files where id = $1;

-- name: attach -- a file that came from there
update ticket_files set ticket_id = $2, message_id = $3, public = $4 where id = $1 and ticket_id is null
returning id, name;

-- name: message_of
select ticket_id from ticket_messages where id = $1;

-- name: seen -- an event that came before
select result, ticket_id from desk_link_inbox where link_id = $1 and event_id = $2;

-- name: note -- false: it came before
insert into desk_link_inbox (link_id, event_id, kind, at, received_at, remote_id) values ($1, $2, $3, $4, $5, $6)
on conflict do nothing
returning true;

-- name: noted
update desk_link_inbox set result = $3, ticket_id = $4, body = $5 where link_id = $1 and event_id = $2;

-- name: holding
select count(*) from desk_link_inbox where link_id = $1 and body is not null;

-- name: held -- what waited for a request, in the order in which it was
select event_id, body from desk_link_inbox where link_id = $1 and remote_id = $2 and body is not null
order by at, received_at
for update;

-- name: heard_from
insert into desk_link_health (link_id, received_at) values ($1, $2)
on conflict (link_id) do update set received_at = $2;

-- name: ends -- links that are up (or may be asked again) and have something due
select l.id, l.name, l.url, l.secret, l.settings, coalesce(h.failures, 0) as failures
from desk_links l left join desk_link_health h on h.link_id = l.id
where l.enabled and (h.down_until is null or h.down_until <= $1)
    and exists (select from desk_link_outbox d where d.link_id = l.id and d.state = 'waiting' and d.next_at <= $1);

-- name: end_of -- one link, for a trial
select id, name, url, secret, settings, 0 as failures from desk_links where id = $1;

-- name: probe -- whose other end is down: one process asks, once, until $3
update desk_link_health set down_until = $3 where link_id = $1 and (down_until is null or down_until <= $2)
returning link_id;

-- name: take -- the first of each request that are due, so that its events go one after another; behind a creation
-- that is dead nothing goes
update desk_link_outbox set state = 'sending', attempts = attempts + 1, claimed_at = $2
where id in (
    select d.id from desk_link_outbox d
        cross join lateral (select p.id from desk_link_outbox p where p.link_id = d.link_id and p.ticket_id = d.ticket_id
            and (p.state in ('waiting', 'sending') or p.kind = 'create' and p.state = 'dead')
            order by p.id limit 1) first
    where d.link_id = $1 and d.state = 'waiting' and d.next_at <= $2 and first.id = d.id
    order by d.next_at, d.id
    limit $3
    for update of d skip locked
)
returning id, event_id, kind, ticket_id::text, body, attempts, refusals, created_at,
    coalesce(resent_at, created_at) as since;

-- name: delivered
update desk_link_outbox set state = 'delivered', delivered_at = $3, status = $4, error = null
where id = $1 and state = 'sending' and attempts = $2;

-- name: failed -- $3 when it is tried again, null: it is dead
update desk_link_outbox set state = case when $3::timestamptz is null then 'dead' else 'waiting' end,
    next_at = coalesce($3, next_at), status = $4, error = $5, refusals = $6
where id = $1 and state = 'sending' and attempts = $2;

-- name: back -- the other end answers again: what it missed need not wait
with before as (
    select failures from desk_link_health where link_id = $1
), up as (
    insert into desk_link_health (link_id, delivered_at) values ($1, $2)
    on conflict (link_id) do update set failures = 0, down_until = null, delivered_at = $2
)
update desk_link_outbox d set next_at = d.created_at from before
where before.failures > 0 and d.link_id = $1 and d.state = 'waiting' and d.refusals = 0 and d.attempts > 0;

-- name: away -- one more failure in a row; gives how many
insert into desk_link_health as h (link_id, failures, failed_at, error) values ($1, 1, $2, $3)
on conflict (link_id) do update set failures = h.failures + 1, failed_at = $2, error = $3
returning failures;

-- name: down -- nothing is sent before $2
update desk_link_health set down_until = $2 where link_id = $1 and failures > 0;

-- name: recover -- taken by a process that is gone
update desk_link_outbox set state = 'waiting', next_at = created_at, error = 'the process that sent it ended'
where state = 'sending' and claimed_at < $1;

-- name: next_due -- when there will be something to do: now is $1, a try may last $2 seconds
select least(
    (select min(n.next_at) from desk_links l cross join lateral (select d.next_at from desk_link_outbox d
        where d.link_id = l.id and d.state = 'waiting' and d.next_at > $1 order by d.next_at limit 1) n
        where l.enabled),
    (select min(h.down_until) from desk_link_health h join desk_links l on l.id = h.link_id and l.enabled
        where h.down_until > $1),
    (select min(claimed_at) + make_interval(secs => $2) from desk_link_outbox where state = 'sending'));

-- name: forget
delete from desk_link_outbox where state in ('delivered', 'dead') and coalesce(delivered_at, resent_at, created_at) < $1
    and (state = 'delivered' or kind <> 'create');

-- name: forget_inbox
delete from desk_link_inbox where received_at < $1;
