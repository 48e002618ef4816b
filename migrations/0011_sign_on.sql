-- Single sign-on of pages that embed the widget: another system's server asks for a token in a user's name, the user's
-- browser exchanges it. Hashes only; a token works once and for a short time.

create table sign_on_tokens (
    hash bytea primary key,
    user_id uuid not null references users (id) on delete cascade,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz
);
create index sign_on_tokens_user on sign_on_tokens (user_id);
