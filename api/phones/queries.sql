-- name: own -- the extension of a user who is not blocked
select e.id, e.number, e.name, e.kind, e.codecs, e.password, e.version, e.forwards
from users u join extensions e on e.number = u.extension
where u.id = $1 and u.blocked_at is null and e.enabled;

-- name: caller_ids -- numbers of ours that the user may show: those of the user's partner, or the company's own
select n.number, n.name from numbers n
where n.enabled and n.partner_id is not distinct from (select partner_id from users where id = $1)
order by n.name, n.number
limit 200;

-- name: set_password
update extensions set password = $2, version = version + 1, updated_at = now() where id = $1 returning version;
