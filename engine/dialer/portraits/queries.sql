-- name: source
select id, settings, secret from lead_sources where id = $1 and kind = 'portrait' and enabled

-- name: kept -- the portrait of a lead with its time
select portrait, portrait_at from leads where id = $1

-- name: keep -- a lead's portrait; the row stays as it is where nothing changed but the time
update leads set portrait = $2, portrait_at = $3,
    updated_at = case when portrait is distinct from $2 then $3 else updated_at end
where id = $1 and (portrait_at is null or portrait_at < $3)
