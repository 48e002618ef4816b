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
select n.id, n.problem_id, n.kind, n.text, n.at, n.user_id, n.user_name,
    (select count(*) from problem_notice_tickets l where l.notice_id = n.id) as tickets,
    (select count(*) from tickets t where t.problem_id = n.problem_id and t.state <> 'closed'
        and not exists (select from problem_notice_tickets l where l.notice_id = n.id and l.ticket_id = t.id)) as waiting
from problem_notices n
where n.problem_id = $1 and ($2::uuid is null or n.id = $2)
order by n.at, n.id

-- name: insert_notice
insert into problem_notices (id, problem_id, kind, text, at, user_id, user_name) values ($1, $2, $3, $4, $5, $6, $7)
on conflict (id) do nothing

-- name: notice
select id, problem_id, kind, text, user_id from problem_notices where id = $1

-- name: waiting -- open requests of the problem in which a notice was not told yet
select t.id from problem_notices n
join tickets t on t.problem_id = n.problem_id
where n.id = $1 and t.state <> 'closed'
    and not exists (select from problem_notice_tickets l where l.notice_id = n.id and l.ticket_id = t.id)
order by t.id

-- name: take -- that a notice is told in a request, once
insert into problem_notice_tickets (notice_id, ticket_id, message_id) values ($1, $2, $3)
on conflict (notice_id, ticket_id) do nothing
returning true

-- name: told
update problem_notice_tickets set message_id = $3 where notice_id = $1 and ticket_id = $2

-- name: person
select name from users where id = $1
