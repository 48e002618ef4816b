-- name: columns
id, name, kind, settings, secret is not null as has_secret, enabled, partner_id, version, created_at, updated_at

-- name: get
select {columns} from lead_sources where id = $1

-- name: page
select {columns} from lead_sources
where ($2::text is null or (name, id) > ($2, $3)) and ($4::text is null or name ilike $4)
order by name, id limit $1

-- name: held
select {columns} from lead_sources where id = $1 for update

-- name: whole -- with the sealed secret
select kind, settings, secret, enabled from lead_sources where id = $1

-- name: add
insert into lead_sources (id, name, kind, settings, enabled, partner_id, secret) values ($1, $2, $3, $4, $5, $6, $7)

-- name: update
update lead_sources set name = $2, kind = $3, settings = $4, enabled = $5, partner_id = $6,
    secret = case when $7 then $8 else secret end, version = version + 1, updated_at = now()
where id = $1

-- name: delete
delete from lead_sources where id = $1

-- name: users -- lists that are filled from it, campaigns that ask it for portraits
select 'lead-lists' as resource, id, name from lead_lists where source_id = $1
union all
select 'campaigns', id, name from campaigns where settings ->> 'portrait_source_id' = $1::text
limit 20

-- name: asked_of_callers -- the other source that is asked who calls in, of the same partner
select name from lead_sources where enabled and kind = 'portrait' and (settings ->> 'inbound')::boolean
    and partner_id is not distinct from $1 and id <> $2

-- name: lists
select name from lead_lists where source_id = $1 order by name limit 5

-- name: partner_known
select exists (select from partners where id = $1)

-- name: identity -- of the server and the database
select (select system_identifier from pg_control_system())::text || '/' || current_database()
