-- name: nodes -- engines with a heartbeat within $1
select id, control_url from engine_nodes where heartbeat_at > now() - $1::interval order by heartbeat_at desc;
