-- Who may sign in and what they may do.

create table roles (
    name text primary key,
    title text not null,
    rights text[] not null
);

insert into roles (name, title, rights) values
    ('admin', 'Администратор', array['*']),
    ('engineer', 'Инженер связи', array['telephony.read', 'telephony.write', 'calls.read', 'calls.control',
        'recordings.read', 'dialplan.read', 'dialplan.write']),
    ('supervisor', 'Супервизор', array['telephony.read', 'calls.read', 'calls.control', 'recordings.read']),
    ('operator', 'Оператор', array['calls.read', 'calls.control']);

create table users (
    id uuid primary key,
    login text not null unique check (login = lower(login) and length(login) between 1 and 100),
    name text not null,
    password_hash text not null,
    role text not null references roles (name),
    language text not null default 'ru' check (language in ('ru', 'en')),
    blocked_at timestamptz,
    created_at timestamptz not null default now()
);

-- One row a sign-in. A refresh token is used once; seeing a used one again means it was stolen: the session ends.
create table sessions (
    id uuid primary key,
    user_id uuid not null references users (id) on delete cascade,
    created_at timestamptz not null default now(),
    last_used_at timestamptz not null default now(),
    expires_at timestamptz not null,
    revoked_at timestamptz,
    revoked_why text,
    address text not null,
    agent text not null
);
create index sessions_user on sessions (user_id);

create table refresh_tokens (
    hash bytea primary key,
    session_id uuid not null references sessions (id) on delete cascade,
    created_at timestamptz not null default now(),
    used_at timestamptz
);
create index refresh_tokens_session on refresh_tokens (session_id);
