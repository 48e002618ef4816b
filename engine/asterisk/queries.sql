-- name: list_trunks  -- trunks in use, as PJSIP needs them
select name, kind, host, port, transport, username, password, match, codecs
from trunks where enabled order by name;

-- name: list_extensions  -- phones in use, as PJSIP needs them
select number, name, password, codecs, caller_id, max_contacts, kind
from extensions where enabled order by number;
