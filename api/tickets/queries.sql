-- name: full -- {condition} is filled in
select t.id, t.number, t.subject, t.description, t.state, t.status, t.line, t.top_line, t.priority, t.channel,
    t.account_id, a.name as account_name, t.outlet_id, o.name as outlet_name, t.author_account_id, t.author_name,
    t.author_email, t.author_phone, t.category_id, c.name as category_name, t.assignee_id, u.name as assignee_name,
    t.resource_id, r.name as resource_name, t.problem_id, t.merged_into_id, t.split_from_id, t.call_id, t.call_started_at,
    t.external_id, t.tags, t.language, t.plan_id, t.due_at, t.overdue_at, t.first_response_at, t.solved_at, t.solved_line,
    t.solved_by, t.confirm_until, t.closed_at, t.reopened, t.client_said_at, t.staff_said_at, t.version, t.created_at,
    t.updated_at
from tickets t
left join client_accounts a on a.id = t.account_id
left join outlets o on o.id = t.outlet_id
left join ticket_categories c on c.id = t.category_id
left join support_resources r on r.id = t.resource_id
left join user_names u on u.id = t.assignee_id
where {condition}

-- name: neighbours -- of $1, which was merged into $2 and split from $3
select id, number, subject, status, case when id = $2 then 'merged_into' when id = $3 then 'split_from'
    when merged_into_id = $1 then 'merged' else 'parts' end as place
from tickets where id in ($2, $3) or merged_into_id = $1 or split_from_id = $1 order by number limit 200

-- name: files -- of tickets $1, those that came with no message when $2 is null, else those of messages $2
select id, message_id, name, media_type, size_bytes, verdict, public, created_at from ticket_files
where ticket_id = any($1::uuid[]) and ($2::uuid[] is null and message_id is null or message_id = any($2::uuid[]))
order by created_at, id

-- name: seen
select id from tickets where id = $1

-- name: threads -- the ticket and those that were merged into it
select id from tickets where id = $1 or merged_into_id = $1

-- name: messages -- {order} and {after} are filled in
select id, ticket_id, at, author, user_id, account_id, author_name, public, channel, body
from ticket_messages where ticket_id = any($1::uuid[]) {after} order by at {order}, id {order} limit $2

-- name: events
select id, at, kind, actor, user_id, account_id, actor_name, message_id, data from ticket_events
where ticket_id = $1 and ($2::bigint is null or id > $2) order by id limit $3

-- name: counters -- $1 who asks
select line, count(*) as open, count(*) filter (where assignee_id is null and state <> 'solved') as unassigned,
    count(*) filter (where overdue_at is not null) as overdue, count(*) filter (where assignee_id = $1) as mine,
    count(*) filter (where state = 'new') as new, count(*) filter (where state = 'in_work') as in_work,
    count(*) filter (where state = 'waiting') as waiting, count(*) filter (where state = 'solved') as solved,
    count(*) filter (where state = 'reopened') as reopened
from tickets where state <> 'closed' group by line order by line

-- name: tags -- of the latest tickets that have any
select tag, count(*) as tickets
from (select tags from tickets where tags <> '{}' order by number desc limit 5000) t, unnest(t.tags) tag
group by tag order by 2 desc, 1 limit 200

-- name: person
select name from users where id = $1
