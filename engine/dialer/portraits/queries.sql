-- name: source
select id, settings, secret from lead_sources where id = $1 and kind = 'portrait' and enabled

-- name: inbound -- sources that are asked who calls in, with the partner whose calls they are for
select partner_id, id from lead_sources where enabled and kind = 'portrait' and (settings ->> 'inbound')::boolean

-- name: kept -- the portrait of a lead with its time
select portrait, portrait_at from leads where id = $1

-- name: keep -- updated_at stays: it is for what campaigns have to look at again
update leads set portrait = $2, portrait_at = $3
where id = $1 and (portrait_at is null or portrait_at < $3)
