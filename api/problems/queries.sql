-- name: problems -- {where} is filled in; $1 limit
select p.id, p.number, p.title, p.description, p.cause, p.workaround, p.state, p.resource_id, p.created_by, p.solved_at,
    p.version, p.created_at, p.updated_at, coalesce(n.tickets, 0) as tickets, coalesce(n.open_tickets, 0) as open_tickets
from problems p
left join lateral (select count(*) as tickets, count(*) filter (where t.state <> 'closed') as open_tickets
    from tickets t where t.problem_id = p.id) n on true
{where}
order by p.created_at desc, p.id desc
limit $1

-- name: insert
insert into problems (id, title, description, cause, workaround, state, resource_id, created_by, solved_at, created_at,
    updated_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, case when $6 in ('fixed', 'closed') then $9::timestamptz end, $9, $9)
on conflict (id) do nothing

-- name: held
select version, state, solved_at, created_by from problems where id = $1 for update

-- name: has_resource
select exists (select from support_resources where id = $1)

-- name: delete
delete from problems where id = $1

-- name: tickets -- those linked to a problem; $2: all, not the open ones alone
select id from tickets where problem_id = $1 and ($2 or state <> 'closed') order by id

-- name: notices -- what was told of a problem; $2: this one alone
select n.id, n.problem_id, n.kind, n.text, n.at, n.user_id, n.user_name, l.tickets, l.total, l.failed,
    (select count(*) from tickets t where t.problem_id = n.problem_id and t.state <> 'closed'
        and not exists (select from problem_notice_tickets l where l.notice_id = n.id and l.ticket_id = t.id)) as waiting
from problem_notices n cross join lateral (
    select count(*) as total, count(told_at) as tickets, count(failed) as failed
    from problem_notice_tickets where notice_id = n.id) l
where n.problem_id = $1 and ($2::uuid is null or n.id = $2)
order by n.at, n.id

-- name: insert_notice
insert into problem_notices (id, problem_id, kind, text, at, user_id, user_name) values ($1, $2, $3, $4, $5, $6, $7)
on conflict (id) do nothing

-- name: notice
select id, problem_id, kind, text, user_id, user_name from problem_notices where id = $1

-- name: queue -- open requests in which a notice is not told yet, and those that it could not be told in
with again as (
    update problem_notice_tickets set failed = null, queued_at = $2 where notice_id = $1 and failed is not null
)
insert into problem_notice_tickets (notice_id, ticket_id, queued_at)
select n.id, t.id, $2 from problem_notices n join tickets t on t.problem_id = n.problem_id
where n.id = $1 and t.state <> 'closed'
on conflict (notice_id, ticket_id) do nothing

-- name: wake
select pg_notify('problem_notices', '')

-- name: take -- the request that is next, with its notice; those in others' hands are left to them
select l.ticket_id, n.id, n.problem_id, n.kind, n.text, n.user_id, n.user_name
from problem_notice_tickets l join problem_notices n on n.id = l.notice_id
where l.told_at is null and l.failed is null
order by l.queued_at, l.notice_id, l.ticket_id
limit 1
for update of l skip locked

-- name: pending -- whether any is to be told, be it in others' hands
select exists (select from problem_notice_tickets where told_at is null and failed is null)

-- name: told -- the word by which it was
update problem_notice_tickets set told_at = $3, message_id = $4 where notice_id = $1 and ticket_id = $2

-- name: failed
update problem_notice_tickets set failed = $3 where notice_id = $1 and ticket_id = $2

-- name: pass_over -- a request that it is not for any more
delete from problem_notice_tickets where notice_id = $1 and ticket_id = $2

-- name: person
select name from users where id = $1
