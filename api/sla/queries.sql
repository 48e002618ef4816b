-- name: begun_at -- when a request was opened, or reopened last after it was closed
select coalesce((select max(e.at) from ticket_events e where e.ticket_id = t.id and e.kind = 'moved'
        and e.data ->> 'before' = 'closed'), t.created_at)
from tickets t where t.id = $1

-- name: targets -- promises with their terms; $2: also those that have ended
select g.id, g.kind, g.target_s, g.started_at, g.used_s, g.running_from, g.warn_at, g.due_at, g.warned_at, g.breached_at,
    g.ended_at, g.kept, r.plan_id, r.plan, r.calendar, r.warn_share, r.pause_waiting
from ticket_targets g
join sla_terms r on r.id = g.terms_id
where g.ticket_id = $1 and ($2 or g.ended_at is null)
order by g.started_at, g.kind, g.id

-- name: stops
select lower(during) as since, upper(during) as until, reason from ticket_pauses where ticket_id = $1 order by 1

-- name: sla_of -- what a request says of its promises
select plan_id, due_at, overdue_at from tickets where id = $1

-- name: plans -- those that may hold for a request of this account, category and priority
select p.id, p.name, p.account_id, p.category_id, p.priority, p.first_s, p.next_s, p.solution_s, p.warn_share,
    p.pause_waiting, c.name as calendar, c.timezone, c.weekly, c.exceptions
from sla_plans p
left join sla_calendars c on c.id = p.calendar_id
where p.enabled and (p.account_id is null or p.account_id = $1) and (p.category_id is null or p.category_id = $2)
    and (p.priority is null or p.priority = $3)

-- name: plan
select p.id, p.name, p.account_id, p.category_id, p.priority, p.first_s, p.next_s, p.solution_s, p.warn_share,
    p.pause_waiting, c.name as calendar, c.timezone, c.weekly, c.exceptions
from sla_plans p
left join sla_calendars c on c.id = p.calendar_id
where p.id = $1

-- name: keep_terms
insert into sla_terms (id, plan_id, plan, calendar, warn_share, pause_waiting) values ($1, $2, $3, $4, $5, $6)
on conflict (id) do nothing

-- name: put_target
insert into ticket_targets (id, ticket_id, kind, terms_id, target_s, started_at, used_s, running_from, warn_at, due_at,
    warned_at, breached_at, ended_at, kept)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
on conflict (id) do update set terms_id = excluded.terms_id, target_s = excluded.target_s, used_s = excluded.used_s,
    running_from = excluded.running_from, warn_at = excluded.warn_at, due_at = excluded.due_at,
    warned_at = excluded.warned_at, breached_at = excluded.breached_at, ended_at = excluded.ended_at, kept = excluded.kept

-- name: drop_stop
delete from ticket_pauses where ticket_id = $1 and lower(during) = $2

-- name: put_stop
insert into ticket_pauses (ticket_id, during, reason) values ($1, tstzrange($2, $3), $4)

-- name: wake -- those who wait for the next deadline
select pg_notify('promises', $1)

-- name: claim_due -- a request with a promise that is broken by now, held; $2: not these
select t.id from ticket_targets g
join tickets t on t.id = g.ticket_id
where g.ended_at is null and g.breached_at is null and g.due_at is not null and g.due_at <= $1 and t.id <> all ($2::uuid[])
order by g.due_at limit 1
for update of t skip locked

-- name: claim_warn -- one with a promise to warn of
select t.id from ticket_targets g
join tickets t on t.id = g.ticket_id
where g.ended_at is null and g.warned_at is null and g.breached_at is null and g.warn_at is not null and g.warn_at <= $1
    and t.id <> all ($2::uuid[])
order by g.warn_at limit 1
for update of t skip locked

-- name: claim_confirm -- one that was solved long enough ago
select id from tickets
where state = 'solved' and confirm_until <= $1 and id <> all ($2::uuid[])
order by confirm_until limit 1
for update skip locked

-- name: next_moment -- when the next of these is due
select least(
    (select min(due_at) from ticket_targets where ended_at is null and breached_at is null and due_at is not null),
    (select min(warn_at) from ticket_targets
        where ended_at is null and warned_at is null and breached_at is null and warn_at is not null),
    (select min(confirm_until) from tickets where state = 'solved'))

-- name: calendar
select name, timezone, weekly, exceptions from sla_calendars where id = $1

-- name: longest -- the longest promise of each plan with this calendar
select name, greatest(first_s, next_s, solution_s) as seconds from sla_plans where calendar_id = $1

-- name: seen -- whether whoever asks may see a request
select exists (select from tickets where id = $1)
