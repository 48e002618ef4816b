-- name: columns
id, address, partner_id, reason, source, until, created_by, created_at

-- name: page
select {columns} from do_not_call
where ($2::timestamptz is null or (created_at, id) < ($2, $3)) and ($4::text is null or address like $4 or reason ilike $5::text)
    and ($6::text is null or source = $6)
order by created_at desc, id desc limit $1

-- name: get
select {columns} from do_not_call where id = $1

-- name: put -- an entry that is there already takes the new reason and time
insert into do_not_call (id, address, partner_id, reason, source, until, created_by) values ($1, $2, $3, $4, $5, $6, $7)
on conflict (address, partner_id) do update set reason = excluded.reason, source = excluded.source,
    until = excluded.until, created_by = excluded.created_by
returning {columns}

-- name: delete
delete from do_not_call where id = $1 returning id

-- name: put_many -- addresses with their reasons; those that are there stay as they are
with added as (
    insert into do_not_call (id, address, partner_id, reason, source, created_by)
    select i.id, i.address, $4, i.reason, 'import', $5
    from unnest($1::uuid[], $2::text[], $3::text[]) as i(id, address, reason)
    on conflict (address, partner_id) do nothing returning 1
)
select count(*)::integer from added

-- name: check -- entries that hold for campaigns of a partner (null: the company's)
select distinct on (address) {columns} from do_not_call
where address = any($1::text[]) and (partner_id is null or partner_id is not distinct from $2::uuid)
    and (until is null or until > now())
order by address, partner_id nulls first

-- name: partner_known
select exists (select from partners where id = $1)
