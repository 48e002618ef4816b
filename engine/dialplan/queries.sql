-- name: list_versions -- newest first, older than the id $1
select id, created_at, author, comment, templates, activated_at, active
from dialplan_versions
where $1::integer is null or id < $1
order by id desc
limit $2;

-- name: get_version
select id, created_at, author, comment, templates, activated_at, active
from dialplan_versions
where id = $1;

-- name: active_version
select id, created_at, author, comment, templates, activated_at, active
from dialplan_versions
where active;

-- name: new_version
insert into dialplan_versions (author, comment, templates)
values ($1, $2, $3)
returning id, created_at, author, comment, templates, activated_at, active;

-- name: lock_versions -- one change of what is in force at a time
lock table dialplan_versions in share row exclusive mode;

-- name: take_out_of_force -- before the other comes into force: the table allows one active row
update dialplan_versions set active = false where active;

-- name: activate_version
update dialplan_versions set active = true, activated_at = now()
where id = $1
returning id, created_at, author, comment, templates, activated_at, active;

-- name: version_before -- what was in force before the version $1
select before.id
from dialplan_versions as before
join dialplan_versions as current on current.id = $1
where before.activated_at < current.activated_at
order by before.activated_at desc
limit 1;

-- name: bring_back -- leaves activated_at, so that rolling back again goes further back
update dialplan_versions set active = true
where id = $1
returning id, created_at, author, comment, templates, activated_at, active;
