-- name: clients -- author and clients who watch a ticket and may see it, with the address that letters go to
with t as (select * from tickets where id = $1)
select a.id as account_id, null::uuid as user_id, lower(a.email) as email, coalesce(u.language, a.language) as language,
    a.timezone
from t join client_accounts a on a.state = 'active' and a.email <> ''
    and a.id = any (array(select author_account_id from t union select account_id from ticket_watchers where ticket_id = $1))
    and (a.id = t.account_id or a.id in (select account_id from outlet_grants where outlet_id = t.outlet_id)
        or t.outlet_id is null and a.id = t.author_account_id)
left join users u on u.id = a.user_id
union all
select null, null, lower(t.author_email), t.language, null from t where t.author_email <> '' and t.author_account_id is null
union all
select null, null, w.email, t.language, null from t join ticket_watchers w on w.ticket_id = t.id and w.email is not null;

-- name: staff -- assignee and colleagues who watch
select u.id as user_id, lower(u.email) as email, u.language
from users u
where u.blocked_at is null and u.email is not null
    and (u.id = $2 or u.id in (select user_id from ticket_watchers where ticket_id = $1));

-- name: people_of_line
select u.id as user_id, lower(u.email) as email, u.language
from support_lines l
join employee_group_members g on g.group_id = l.group_id
join users u on u.id = g.user_id and u.blocked_at is null and u.email is not null
where l.line = $1
limit 100;

-- name: mailbox -- where answers are read: where the request came in, else one of its category, else the oldest
select b.address from mailboxes b
where b.enabled
order by exists (select from mails_received r where r.ticket_id = $1 and r.mailbox_id = b.id) desc,
    b.category_id is not distinct from $2::uuid desc, b.created_at, b.id
limit 1;

-- name: addresses -- that no letter about a request goes to
select address from mailboxes;

-- name: threads -- letters of a ticket, the newest first
select letter_id from ticket_letters where ticket_id = $1 order by at desc, letter_id limit 12;

-- name: thread
insert into ticket_letters (letter_id, ticket_id, at) values ($1, $2, $3) on conflict (letter_id) do nothing;
