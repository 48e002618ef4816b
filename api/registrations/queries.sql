-- name: columns
r.id, r.company, r.name, r.email, r.phone, r.outlets, r.comment, r.language, r.timezone, r.address, r.state, r.reason,
    r.account_id, r.decided_by, r.decided_at, r.created_at, r.version,
    exists (select from users u where u.login = lower(r.email) or lower(u.email) = lower(r.email)) as known

-- name: open_count
select count(*) from registrations where state = 'new'

-- name: add -- one that is open for the same address stays as it is
insert into registrations (id, company, name, email, phone, outlets, comment, language, timezone, address, created_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
on conflict do nothing
returning id

-- name: page -- newest first: $1 limit, $2 $3 the last one seen, $4 state, $5 text
select {columns} from registrations r
where ($2::timestamptz is null or (r.created_at, r.id) < ($2, $3::uuid))
    and ($4::text is null or r.state = $4)
    and ($5::text is null or r.company ilike $5 or r.name ilike $5 or r.email ilike $5 or r.phone ilike $5)
order by r.created_at desc, r.id desc
limit $1

-- name: get
select {columns} from registrations r where r.id = $1

-- name: hold
select {columns} from registrations r where r.id = $1 for update of r

-- name: decide
update registrations set state = $2, reason = $3, account_id = $4, decided_by = $5, decided_at = $6, version = version + 1
where id = $1

-- name: forget -- what was rejected is kept for so many days
delete from registrations where state = 'rejected' and decided_at < $1
