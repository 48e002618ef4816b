-- name: members -- of these queues, in the order in which they are asked
select queue_id, user_id, group_id, tier, place from queue_members where queue_id = any($1)
order by queue_id, tier, place, user_id, group_id;

-- name: skills -- that these queues need
select queue_id, skill_id, level from queue_skills where queue_id = any($1) order by queue_id, skill_id;

-- name: put_members -- those given, and no others; rows that stay as they are are left alone
with given as (
    select * from jsonb_to_recordset($2::jsonb) as r(user_id uuid, group_id uuid, tier smallint, place integer)
), gone as (
    delete from queue_members m where m.queue_id = $1 and not exists (select from given g
        where g.user_id is not distinct from m.user_id and g.group_id is not distinct from m.group_id)
)
insert into queue_members as m (queue_id, user_id, group_id, tier, place)
select $1, user_id, group_id, tier, place from given
on conflict (queue_id, user_id, group_id) do update set tier = excluded.tier, place = excluded.place
where (m.tier, m.place) <> (excluded.tier, excluded.place);

-- name: put_skills -- those given, and no others
with given as (
    select * from jsonb_to_recordset($2::jsonb) as r(skill_id uuid, level smallint)
), gone as (
    delete from queue_skills s where s.queue_id = $1 and s.skill_id not in (select skill_id from given)
)
insert into queue_skills as s (queue_id, skill_id, level)
select $1, skill_id, level from given
on conflict (queue_id, skill_id) do update set level = excluded.level where s.level <> excluded.level;
