-- Read under the role paylater_client, whose walls (0014_desk.sql) choose the rows; what says "plain" is not.

-- name: me
select id, is_parent, name, contact, email, phone, tax_id, timezone, language, state, registered_at, version
from client_accounts where id = $1

-- name: company -- plain: of a company its people may know the name
select id, name from client_accounts where id = $1

-- name: outlets
select id, name, address, phone, enabled from outlets where account_id = $1 order by name, id

-- name: outlet -- one that may be chosen
select id from outlets where id = $1 and account_id = $2 and enabled

-- name: any_outlet
select exists (select from outlets where account_id = $1 and enabled)

-- name: ticket_columns
t.id, t.number, t.outlet_id, t.author_account_id, t.author_name, t.channel, t.subject, t.category_id, t.state, t.status,
    t.due_at, t.overdue_at, t.first_response_at, t.solved_at, t.confirm_until, t.closed_at, t.client_said_at,
    t.staff_said_at, t.merged_into_id, t.version, t.created_at, t.updated_at

-- name: ticket
select {columns}, t.description from tickets t where t.id = $1

-- name: counts -- by status, told by what the index tickets_figures holds: $1 company, $2 outlet
select count(*) filter (where closed_at is null and overdue_at is null) as accepted,
    count(overdue_at) filter (where closed_at is null) as overdue, count(closed_at) as closed
from tickets where account_id = $1 and ($2::uuid is null or outlet_id = $2)

-- name: files -- of a request and those merged into it
select f.id, f.ticket_id, f.message_id, f.name, f.media_type, f.size_bytes, f.verdict, f.created_at
from ticket_files f
where f.ticket_id = any (array(select t.id from tickets t where t.id = $1 or t.merged_into_id = $1))
order by f.created_at, f.id

-- name: messages -- the oldest first: $2 limit, $3 $4 the last one seen
select m.id, m.ticket_id, m.at, case m.author when 'link' then 'staff' else m.author end as author, m.account_id,
    m.author_name, m.body,
    coalesce((select jsonb_agg(jsonb_build_object('id', f.id, 'ticket_id', f.ticket_id, 'message_id', f.message_id, 'name', f.name,
            'media_type', f.media_type, 'size_bytes', f.size_bytes, 'verdict', f.verdict, 'created_at', f.created_at)
            order by f.created_at, f.id)
        from ticket_files f where f.ticket_id = m.ticket_id and f.message_id = m.id), '[]') as files
from ticket_messages m
where m.ticket_id = any (array(select t.id from tickets t where t.id = $1 or t.merged_into_id = $1))
    and ($3::timestamptz is null or (m.at, m.id) > ($3, $4::uuid))
order by m.at, m.id
limit $2

-- name: watching
select exists (select from ticket_watchers where ticket_id = $1 and account_id = $2)

-- name: watch -- plain
insert into ticket_watchers (id, ticket_id, account_id) values ($1, $2, $3) on conflict do nothing

-- name: unwatch -- plain
delete from ticket_watchers where ticket_id = $1 and account_id = $2

-- name: categories
select id, name, name_en from ticket_categories where enabled and for_clients order by name, id

-- name: notices -- of troubles that one's open requests have, the newest first
select n.id, n.text, n.at, array_agg(t.id order by t.number) as ticket_ids
from problem_notices n
    join problem_notice_tickets l on l.notice_id = n.id
    join tickets t on t.id = l.ticket_id
where t.state not in ('solved', 'closed')
group by n.id, n.text, n.at
order by n.at desc, n.id desc
limit $1

-- name: children -- by name: $2 $3 the last one seen, $4 limit
select a.id, a.name, a.email, a.phone, a.language, a.state, a.version, a.created_at,
    array(select g.outlet_id from outlet_grants g where g.account_id = a.id order by 1) as outlets
from client_accounts a
where a.parent_id = $1 and a.state <> 'closed' and ($2::text is null or (lower(a.name), a.id) > ($2, $3::uuid))
order by lower(a.name), a.id
limit $4

-- name: child
select a.id, a.name, a.email, a.phone, a.language, a.state, a.version, a.created_at,
    array(select g.outlet_id from outlet_grants g where g.account_id = a.id order by 1) as outlets
from client_accounts a
where a.id = $1 and a.parent_id = $2 and a.state <> 'closed'

-- name: signed_in -- plain: when people were here last
select a.id, u.signed_in_at from client_accounts a join users u on u.id = a.user_id where a.id = any ($1)
