-- name: by_line -- requests that came to lines from $1 to before $2 ({where} narrows them), with their {facts}
-- Whether they were solved there, passed on (returned) from there later. counts: the row that a request is counted by once,
-- with what holds of it on any line (any_...).
with came as materialized (
    select t.id as ticket_id, a.line, min(a.at) as at, t.solved_at is not null as any_solved,
        t.solved_at is not null and t.solved_line is not distinct from a.line as solved, {facts}
    from (
        select e.ticket_id, e.came_line as line, e.at from ticket_events e
        where e.kind = 'opened' and e.at >= $1 and e.at < $2
        union all
        select e.ticket_id, e.came_line, e.at from ticket_events e
        where e.kind = 'escalated' and e.at >= $1 and e.at < $2
    ) a
    join tickets t on t.id = a.ticket_id
    {where}
    group by t.id, a.line
),
moved as (
    select c.ticket_id, c.line, bool_or(s.left_line = c.line and s.at >= c.at and s.came_line > c.line) as passed_on,
        bool_or(s.left_line = c.line and s.at >= c.at and s.came_line < c.line) as returned
    from came c join ticket_events s on s.ticket_id = c.ticket_id
    where s.kind = 'escalated' and s.at >= $1
    group by 1, 2
)
select c.line as key, row_number() over (partition by c.ticket_id) = 1 as counts, c.ticket_id, c.solved, c.any_solved,
    coalesce(m.passed_on, false) as passed_on,
    coalesce(bool_or(m.passed_on) over (partition by c.ticket_id), false) as any_passed_on,
    coalesce(m.returned, false) as returned,
    coalesce(bool_or(m.returned) over (partition by c.ticket_id), false) as any_returned,
    c.unsolved, c.reopened, c.first_s, c.solution_s
from came c left join moved m on m.ticket_id = c.ticket_id and m.line = c.line

-- name: by_fact -- requests opened from $1 to before $2 by {key}
select {key} as key, true as counts, t.id as ticket_id, t.solved_at is not null as solved,
    t.solved_at is not null as any_solved, false as passed_on, false as any_passed_on, false as returned,
    false as any_returned, {facts}
from ticket_events e join tickets t on t.id = e.ticket_id
{where}
    and e.kind = 'opened' and e.at >= $1 and e.at < $2

-- name: facts -- of a request
t.state = 'closed' and t.solved_at is null as unsolved, t.reopened > 0 as reopened,
    extract(epoch from t.first_response_at - t.created_at)::double precision as first_s,
    extract(epoch from t.solved_at - t.created_at)::double precision as solution_s

-- name: figures -- sums by key over {rows}, and (whole) of all of them, each request once
with rows as materialized ({rows}),
judged as materialized (
    select r.key, r.counts,
        count(*) filter (where g.kind = 'first' and g.kept) as first_kept,
        count(*) filter (where g.kind = 'first' and g.breached_at is not null) as first_broken,
        count(*) filter (where g.kind = 'next' and g.kept) as next_kept,
        count(*) filter (where g.kind = 'next' and g.breached_at is not null) as next_broken,
        count(*) filter (where g.kind = 'solution' and g.kept) as solution_kept,
        count(*) filter (where g.kind = 'solution' and g.breached_at is not null) as solution_broken
    from rows r join ticket_targets g on g.ticket_id = r.ticket_id
    group by 1, 2
),
sums as (
    select key::text as key, false as whole,
        count(*) as came,
        count(*) filter (where solved) as solved,
        count(*) filter (where unsolved) as unsolved,
        count(*) filter (where passed_on) as passed_on,
        count(*) filter (where returned) as returned,
        count(*) filter (where reopened) as reopened,
        count(first_s) as reacted,
        avg(first_s) as first_mean_s,
        percentile_cont(0.5) within group (order by first_s) as first_median_s,
        avg(solution_s) filter (where solved) as solution_mean_s,
        percentile_cont(0.5) within group (order by solution_s) filter (where solved) as solution_median_s
    from rows group by rows.key
    union all
    select null, true, count(*),
        count(*) filter (where any_solved),
        count(*) filter (where unsolved),
        count(*) filter (where any_passed_on),
        count(*) filter (where any_returned),
        count(*) filter (where reopened),
        count(first_s),
        avg(first_s),
        percentile_cont(0.5) within group (order by first_s),
        avg(solution_s) filter (where any_solved),
        percentile_cont(0.5) within group (order by solution_s) filter (where any_solved)
    from rows where counts
),
promises as (
    select j.key::text as key, j.whole, sum(first_kept) as first_kept, sum(first_broken) as first_broken,
        sum(next_kept) as next_kept, sum(next_broken) as next_broken, sum(solution_kept) as solution_kept,
        sum(solution_broken) as solution_broken
    from (
        select false as whole, judged.* from judged
        union all
        select true, null, counts, first_kept, first_broken, next_kept, next_broken, solution_kept, solution_broken
        from judged where counts
    ) j
    group by j.key, j.whole
)
select s.*, coalesce(p.first_kept, 0)::integer as first_kept, coalesce(p.first_broken, 0)::integer as first_broken,
    coalesce(p.next_kept, 0)::integer as next_kept, coalesce(p.next_broken, 0)::integer as next_broken,
    coalesce(p.solution_kept, 0)::integer as solution_kept, coalesce(p.solution_broken, 0)::integer as solution_broken
from sums s left join promises p on p.whole = s.whole and coalesce(p.key, '') = coalesce(s.key, '')

-- name: lines
select line, name, name_en, target_share from support_lines order by line

-- name: category_names
select id::text, name from ticket_categories where id::text = any($1)

-- name: operator_names
select id::text, name from users where id::text = any($1)

-- name: account_names
select id::text, name from client_accounts where id::text = any($1)

-- name: planning -- for the rest of the transaction
-- It sorts and hashes in memory; what came in a period lies together in its tables, so that looking it up one by one costs
-- less than is usually reckoned; compiling costs more than it saves.
select set_config('work_mem', '128MB', true), set_config('random_page_cost', '0.2', true), set_config('jit', 'off', true)
