-- name: reader -- the company of an account, as the reader may see it
select coalesce(a.parent_id, a.id) as account_id, coalesce(p.name, a.name) as name, a.timezone,
    coalesce(p.registered_at, a.registered_at) as registered_at
from client_accounts a left join client_accounts p on p.id = a.parent_id
where a.id = $1;

-- name: figures -- $1 company, $2 outlet, $3 bounds of days, $4 bounds of months; who reads sees its own outlets alone.
-- One walk: requests that were opened in the same day and month, and closed in the same, are one row
select width_bucket(created_at, $3::timestamptz[]) as day_opened, width_bucket(created_at, $4::timestamptz[]) as month_opened,
    width_bucket(closed_at, $3::timestamptz[]) as day_closed, width_bucket(closed_at, $4::timestamptz[]) as month_closed,
    count(*) as opened, count(first_closed_at) as closed, count(*) filter (where closed_at is null) as open_now,
    count(overdue_at) filter (where closed_at is null) as overdue, count(first_response_at) as reacted,
    sum(first_response_at - created_at) as reaction
from tickets
where account_id = $1 and ($2::uuid is null or outlet_id = $2) and merged_into_id is null
group by 1, 2, 3, 4;

-- name: orders
select id, format, every, recipients, language, enabled, next_at, sent_at, version from analysis_mails
where account_id = $1 order by id;

-- name: add_order
insert into analysis_mails (id, account_id, format, every, recipients, language, enabled, next_at, created_at)
select $1, $2, $3, $4, $5, $6, $7, $8, $9 where (select count(*) from analysis_mails where account_id = $2) < $10
returning id, format, every, recipients, language, enabled, next_at, sent_at, version;

-- name: change_order
update analysis_mails set format = $3, every = $4, recipients = $5, language = $6, enabled = $7, next_at = $8,
    version = version + 1, updated_at = now()
where account_id = $1 and id = $2
returning id, format, every, recipients, language, enabled, next_at, sent_at, version;

-- name: delete_order
delete from analysis_mails where account_id = $1 and id = $2 returning id;

-- name: due -- the next order whose time has come, of who may read; held, so that one process sends it; $2: not these
select m.id, m.account_id, m.format, m.every, m.recipients, m.language, a.user_id
from analysis_mails m join client_accounts a on a.id = m.account_id left join client_accounts p on p.id = a.parent_id
where m.enabled and m.next_at <= $1 and a.state = 'active' and coalesce(p.state, 'active') = 'active'
    and a.user_id is not null and m.id <> all ($2::uuid[])
order by m.next_at limit 1 for update of m skip locked;

-- name: sent
update analysis_mails set sent_at = $2, next_at = $3 where id = $1;

-- name: next_due -- $1: not these
select min(m.next_at)
from analysis_mails m join client_accounts a on a.id = m.account_id left join client_accounts p on p.id = a.parent_id
where m.enabled and a.state = 'active' and coalesce(p.state, 'active') = 'active' and a.user_id is not null
    and m.id <> all ($1::uuid[]);
