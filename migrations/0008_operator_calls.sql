-- What operators do with calls: who took part, for whom, through which phone.

alter table extensions
    add column kind text not null default 'sip' check (kind in ('sip', 'webrtc'));

alter table numbers
    add column partner_id uuid references partners (id);

alter table calls
    add column operator_id uuid,
    add column queue_id uuid,
    add column partner_id uuid,
    add column hold_s double precision not null default 0,
    add column parent_id uuid;
create index calls_operator on calls (operator_id, started_at desc) where operator_id is not null;
create index calls_queue on calls (queue_id, started_at desc) where queue_id is not null;
create index calls_partner on calls (partner_id, started_at desc) where partner_id is not null;

alter table call_legs
    add column user_id uuid,
    drop constraint call_legs_role_check,
    add constraint call_legs_role_check check (role in ('caller', 'callee', 'consult', 'supervisor'));
