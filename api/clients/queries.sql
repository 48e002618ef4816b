-- name: columns
a.id, a.parent_id, a.name, a.contact, a.email, a.phone, a.tax_id, a.timezone, a.language, a.state, a.partner_id, a.note,
    array(select g.outlet_id from outlet_grants g where g.account_id = a.id order by 1) as outlets,
    (select count(*) from outlets o where o.account_id = a.id) as outlets_count,
    (select count(*) from client_accounts c where c.parent_id = a.id) as children,
    a.user_id, u.login, coalesce(u.has_password, false) as has_password, u.signed_in_at,
    a.registered_at, a.closed_at, a.version, a.created_at, a.updated_at

-- name: page -- {columns}, {where}, {limit}
select {columns}
from client_accounts a left join users u on u.id = a.user_id
{where}
order by lower(a.name), a.id
{limit}

-- name: found -- $: text that a company, its people or its outlets have
(a.name ilike {0} or a.contact ilike {0} or a.email ilike {0} or a.phone ilike {0} or a.tax_id ilike {0}
    or exists (select from client_accounts c where c.parent_id = a.id and (c.name ilike {0} or c.email ilike {0}))
    or exists (select from outlets o where o.account_id = a.id and (o.name ilike {0} or o.address ilike {0})))

-- name: get
select {columns}
from client_accounts a left join users u on u.id = a.user_id
where a.id = $1

-- name: hold -- a company and all of its people, held until the transaction ends; one at a time
select id, parent_id, user_id, name, contact, email, phone, timezone, language, state, partner_id, version
from client_accounts
where id = (select coalesce(parent_id, id) from client_accounts where id = $1)
    or parent_id = (select coalesce(parent_id, id) from client_accounts where id = $1)
order by id
for update

-- name: insert
insert into client_accounts (id, parent_id, name, contact, email, phone, tax_id, timezone, language, partner_id, note,
    registered_at, created_at, updated_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12, $12)
on conflict (id) do nothing
returning id

-- name: of_partner -- people go with their company
update client_accounts set partner_id = $2 where parent_id = $1 and partner_id is distinct from $2

-- name: count_children
select count(*) from client_accounts where parent_id = $1 and state <> 'closed'

-- name: grant -- exactly these outlets of the company
insert into outlet_grants (account_id, outlet_id, parent_id)
select $1, o.id, o.account_id from outlets o where o.account_id = $2 and o.id = any ($3)
on conflict do nothing

-- name: revoke
delete from outlet_grants where account_id = $1 and outlet_id <> all ($2)

-- name: outlets_there -- which of these outlets the company has
select id from outlets where account_id = $1 and id = any ($2)

-- name: outlet_columns
id, account_id, name, address, phone, external_id, enabled, version, created_at, updated_at

-- name: outlets -- by name: $2 limit, $3 $4 the last one seen, $5 text
select {columns} from outlets
where account_id = $1 and ($3::text is null or (name, id) > ($3, $4::uuid))
    and ($5::text is null or name ilike $5 or address ilike $5 or external_id ilike $5)
order by name, id
limit $2

-- name: outlet
select {columns} from outlets where account_id = $1 and id = $2

-- name: hold_outlet
select {columns} from outlets where account_id = $1 and id = $2 for update

-- name: count_outlets
select count(*) from outlets where account_id = $1

-- name: insert_outlet
insert into outlets (id, account_id, name, address, phone, external_id, enabled)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (id) do nothing
returning id

-- name: delete_outlet
delete from outlets where account_id = $1 and id = $2

-- name: addresses
select kind, address, outlet_id from client_addresses where account_id = $1 order by kind, address

-- name: addresses_taken -- which of these are another account's: kinds, addresses
select w.kind, w.address
from unnest($2::text[], $3::text[]) w (kind, address)
    join client_addresses c on c.kind = w.kind and c.address = w.address
where c.account_id <> $1

-- name: drop_addresses
delete from client_addresses where account_id = $1

-- name: add_addresses -- what is another's stays there
insert into client_addresses (kind, address, account_id, outlet_id)
select kind, address, $1, outlet_id from unnest($2::text[], $3::text[], $4::uuid[]) w (kind, address, outlet_id)
on conflict do nothing

-- name: hold_users -- as those who make and change users do, so that an address is given once
select pg_advisory_xact_lock(7250011)

-- name: user_known -- whose login or e-mail address that is
select id from users where login = lower($1) or lower(email) = lower($1) limit 1

-- name: set_user
update client_accounts set user_id = $2 where id = $1

-- name: rename_user -- name, language and address follow the account; a login that was the address, too
update users set name = $2, language = $3, login = case when login = lower(email) and $4 <> '' then lower($4) else login end,
    email = nullif($4, ''), version = version + 1, updated_at = now()
where id = $1

-- name: set_state
update client_accounts set state = $2, version = version + 1, updated_at = now() where id = $1 and state <> $2

-- name: keep_out -- who is blocked, or whose company is, can't sign in: users of a company and its people
update users u set blocked_at = case when s.out then coalesce(u.blocked_at, $2) end, version = u.version + 1
from (
    select a.user_id, a.state <> 'active' or coalesce(p.state, 'active') <> 'active' as out
    from client_accounts a left join client_accounts p on p.id = a.parent_id
    where (a.id = $1 or a.parent_id = $1) and a.user_id is not null) s
where u.id = s.user_id and (u.blocked_at is not null) <> s.out

-- name: end_sessions -- of users who are blocked
update sessions s set revoked_at = $2, revoked_why = $3
from client_accounts a join users u on u.id = a.user_id
where (a.id = $1 or a.parent_id = $1) and s.user_id = a.user_id and u.blocked_at is not null and s.revoked_at is null

-- name: by_address -- who is known by a phone or an e-mail address; people who proved theirs by a letter's link, too
select a.id as account_id, coalesce(a.parent_id, a.id) as parent_id, k.outlet_id,
    coalesce(nullif(a.contact, ''), a.name) as name, a.language
from (
    select account_id, outlet_id, 1 as place from client_addresses where kind = $1 and address = $2
    union all
    select c.id, null, 2 from client_accounts c join users u on u.id = c.user_id
    where $1 = 'email' and lower(u.email) = $2 and u.has_password) k
    join client_accounts a on a.id = k.account_id
    left join client_accounts p on p.id = a.parent_id
where a.state = 'active' and coalesce(p.state, 'active') = 'active'
order by k.place
limit 1
