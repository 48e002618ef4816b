-- name: opened_by
select actor, user_id, account_id from ticket_events where ticket_id = $1 order by id limit 1

-- name: set_sla
update tickets set plan_id = $2, due_at = $3, overdue_at = $4 where id = $1

-- name: insert_event
insert into ticket_events (ticket_id, at, kind, actor, user_id, account_id, actor_name, message_id, data)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
returning id, ticket_id, at, kind, actor, user_id, account_id, actor_name, message_id, data

-- name: move_messages
update ticket_messages set ticket_id = $2 where id = any($1::uuid[])

-- name: move_files
update ticket_files set ticket_id = $2 where message_id = any($1::uuid[])

-- name: attach -- $5: only files that $6 uploaded (null: that came without a person)
update ticket_files set ticket_id = $2, message_id = $3, public = $4
where id = any($1::uuid[]) and ticket_id is null and verdict <> 'infected'
    and (not $5 or uploaded_by is not distinct from $6::uuid)
returning id

-- name: lead_on
update tickets set merged_into_id = $2 where merged_into_id = $1

-- name: copy_watchers -- accounts only where they see the other ticket, as the walls of clients have it; and the author
insert into ticket_watchers (id, ticket_id, user_id, account_id, email)
select gen_random_uuid(), t.id, w.user_id, w.account_id, w.email
from tickets t, (
    select user_id, account_id, email from ticket_watchers where ticket_id = $1
    union
    select null, author_account_id, null from tickets where id = $1 and author_account_id is not null
    union
    select null, null, lower(author_email) from tickets
        where id = $1 and author_account_id is null and author_email <> '') w
where t.id = $2 and (w.account_id is null or w.account_id = t.account_id
        or t.outlet_id is null and t.author_account_id = w.account_id
        or exists (select from outlet_grants g where g.account_id = w.account_id and g.outlet_id = t.outlet_id))
    and (w.account_id is null or w.account_id is distinct from t.author_account_id)
    and (w.email is null or w.email <> lower(t.author_email))
on conflict do nothing

-- name: account
select id, parent_id, partner_id, name, contact, email, phone, language, state from client_accounts where id = $1

-- name: outlet
select id, account_id, enabled from outlets where id = $1

-- name: category
select line, priority, for_clients, enabled from ticket_categories where id = $1

-- name: has_resource
select exists (select from support_resources where id = $1)

-- name: has_problem
select exists (select from problems where id = $1)

-- name: has_person -- who may work on tickets
select exists (select from users u join roles r on r.name = u.role
    where u.id = $1 and u.blocked_at is null and u.partner_id is null and r.rights && array['*', 'tickets.write'])
