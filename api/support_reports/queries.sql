-- name: came_to_lines -- requests and the lines that they came to from $1 to before $2; {where} narrows the requests
select a.ticket_id, a.line, min(a.at) as at
from (
    select e.ticket_id, coalesce((e.data ->> 'line')::integer, 1) as line, e.at from ticket_events e
    where e.kind = 'opened' and e.at >= $1 and e.at < $2
    union all
    select e.ticket_id, (e.data ->> 'after')::integer, e.at from ticket_events e
    where e.kind = 'escalated' and e.at >= $1 and e.at < $2
) a
join tickets t on t.id = a.ticket_id
{where}
group by 1, 2

-- name: passed -- what came to lines ({came}), and whether it was passed on (returned) from there later
with came as materialized ({came}),
steps as materialized (
    select e.ticket_id, (e.data ->> 'before')::integer as before, (e.data ->> 'after')::integer as after, e.at
    from ticket_events e where e.kind = 'escalated' and e.at >= $1
)
select c.ticket_id, c.line, coalesce(bool_or(s.after > c.line), false) as passed_on,
    coalesce(bool_or(s.after < c.line), false) as returned
from came c
left join steps s on s.ticket_id = c.ticket_id and s.before = c.line and s.at >= c.at
group by 1, 2

-- name: by_line -- {passed} is the statement above
select p.line::text as key, p.ticket_id, t.solved_at is not null and t.solved_line = p.line as solved, p.passed_on, p.returned
from ({passed}) p join tickets t on t.id = p.ticket_id

-- name: of_lines -- the same, each request once
select null::text as key, p.ticket_id, t.solved_at is not null as solved, bool_or(p.passed_on) as passed_on,
    bool_or(p.returned) as returned
from ({passed}) p join tickets t on t.id = p.ticket_id
group by p.ticket_id, t.solved_at

-- name: by_fact -- requests opened from $1 to before $2 by {key}
select {key}::text as key, t.id as ticket_id, t.solved_at is not null as solved, false as passed_on, false as returned
from ticket_events e join tickets t on t.id = e.ticket_id
{where}
    and e.kind = 'opened' and e.at >= $1 and e.at < $2

-- name: figures -- sums by key over {rows}, and of all of them
with rows as materialized ({rows}),
promises as (
    select g.ticket_id,
        count(*) filter (where g.kind = 'first' and g.kept) as first_kept,
        count(*) filter (where g.kind = 'first' and g.breached_at is not null) as first_broken,
        count(*) filter (where g.kind = 'next' and g.kept) as next_kept,
        count(*) filter (where g.kind = 'next' and g.breached_at is not null) as next_broken,
        count(*) filter (where g.kind = 'solution' and g.kept) as solution_kept,
        count(*) filter (where g.kind = 'solution' and g.breached_at is not null) as solution_broken
    from ticket_targets g
    where g.ticket_id in (select ticket_id from rows)
    group by 1
)
select r.key, grouping(r.key) = 1 as whole,
    count(*) as came,
    count(*) filter (where r.solved) as solved,
    count(*) filter (where not r.solved and t.state = 'closed' and t.solved_at is null) as unsolved,
    count(*) filter (where r.passed_on) as passed_on,
    count(*) filter (where r.returned) as returned,
    count(*) filter (where t.reopened > 0) as reopened,
    count(t.first_response_at) as reacted,
    avg(extract(epoch from t.first_response_at - t.created_at))::double precision as first_mean_s,
    percentile_cont(0.5) within group (order by extract(epoch from t.first_response_at - t.created_at)::double precision)
        as first_median_s,
    (avg(extract(epoch from t.solved_at - t.created_at)) filter (where r.solved))::double precision as solution_mean_s,
    percentile_cont(0.5) within group (order by extract(epoch from t.solved_at - t.created_at)::double precision)
        filter (where r.solved) as solution_median_s,
    coalesce(sum(p.first_kept), 0)::integer as first_kept,
    coalesce(sum(p.first_broken), 0)::integer as first_broken,
    coalesce(sum(p.next_kept), 0)::integer as next_kept,
    coalesce(sum(p.next_broken), 0)::integer as next_broken,
    coalesce(sum(p.solution_kept), 0)::integer as solution_kept,
    coalesce(sum(p.solution_broken), 0)::integer as solution_broken
from rows r
join tickets t on t.id = r.ticket_id
left join promises p on p.ticket_id = r.ticket_id
group by grouping sets ((r.key), ())

-- name: lines
select line, name, name_en, target_share from support_lines order by line

-- name: category_names
select id::text, name from ticket_categories where id::text = any($1)

-- name: operator_names
select id::text, name from users where id::text = any($1)

-- name: account_names
select id::text, name from client_accounts where id::text = any($1)

-- name: more_memory -- for the rest of the transaction
set local work_mem = '128MB'
