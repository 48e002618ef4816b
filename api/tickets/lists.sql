-- name: plans -- made for the values at hand, and for one process: a page is soon found
set local plan_cache_mode = force_custom_plan;
set local max_parallel_workers_per_gather = 0

-- name: in_order -- an account's tickets are walked from the newest; that a parent sees all of them, the planner can't know
set local enable_bitmapscan = off
