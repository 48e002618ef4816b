-- People: partners, groups, skills, and what a user needs beyond a login.

create table partners (
    id uuid primary key,
    name text not null unique,
    blocked_at timestamptz,
    version integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

alter table users
    add column email text,
    add column partner_id uuid references partners (id),
    add column extension text unique references extensions (number) on update cascade on delete set null;

create table employee_groups (
    id uuid primary key,
    name text not null unique,
    partner_id uuid references partners (id),
    version integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

create table employee_group_members (
    group_id uuid not null references employee_groups (id) on delete cascade,
    user_id uuid not null references users (id) on delete cascade,
    primary key (group_id, user_id)
);
create index employee_group_members_user on employee_group_members (user_id);

create table skills (
    id uuid primary key,
    name text not null unique,
    version integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

create table user_skills (
    user_id uuid not null references users (id) on delete cascade,
    skill_id uuid not null references skills (id) on delete cascade,
    level smallint not null check (level between 1 and 10),
    primary key (user_id, skill_id)
);
