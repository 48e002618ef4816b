-- name: group
select exists (select from employee_groups where id = $1);

-- name: members
select u.id, u.login, u.name, u.extension
from employee_group_members m join users u on u.id = m.user_id
where m.group_id = $1
order by u.login;

-- name: unknown_users
select k::text as id from unnest($1::uuid[]) k where not exists (select from users where id = k);

-- name: clear
delete from employee_group_members where group_id = $1 and user_id <> all ($2::uuid[]);

-- name: add
insert into employee_group_members (group_id, user_id) select $1, unnest($2::uuid[]) on conflict do nothing;
