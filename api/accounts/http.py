"""Routes of users and roles."""

from uuid import UUID

from api.accounts.model import (
    DirectoryIdentity,
    NewIdentity,
    NewRole,
    NewUser,
    RightTitle,
    Role,
    RoleName,
    RolePatch,
    User,
    UserPatch,
    UsersQuery,
)
from api.accounts.roles import RolesService
from api.accounts.service import AccountsService
from api.web.route import Page, Request, Route

READ, WRITE = "accounts.read", "accounts.write"
_ONE = "/users/{id}"
_ONE_ROLE = "/roles/{name}"
_ROLE = {"name": RoleName}


def routes(users: AccountsService, roles: RolesService) -> list[Route]:
    return [*_users(users), *_help(users), *_identities(users), *_roles(roles), *_roles_written(roles)]


def _users(service: AccountsService) -> list[Route]:
    async def page(request: Request) -> Page[User]:
        return await service.page(request.query)

    async def get(request: Request) -> User:
        return await service.get(request.params["id"])

    async def create(request: Request) -> User:
        return await service.create(request.user, request.body)

    async def change(request: Request) -> User:
        return await service.change(request.user, request.params["id"], request.body, request.expected_version)

    return [
        Route("GET", "/users", page, "Users by login", tag="users", right=READ, query=UsersQuery, response=Page[User]),
        Route("GET", _ONE, get, "A user", tag="users", right=READ, response=User),
        Route(
            "POST",
            "/users",
            create,
            "Create a user, by invitation or with a password",
            tag="users",
            right=WRITE,
            body=NewUser,
            response=User,
            status=201,
            errors=(409, 429),
        ),
        Route(
            "PATCH",
            _ONE,
            change,
            "Change or block a user; a block or a new password ends the user's sessions",
            tag="users",
            right=WRITE,
            body=UserPatch,
            response=User,
            errors=(409, 429),
            versioned=True,
        ),
    ]


def _help(service: AccountsService) -> list[Route]:
    async def send_link(request: Request) -> None:
        await service.send_link(request.user, request.params["id"])

    async def unlock(request: Request) -> None:
        await service.unlock(request.params["id"])

    async def drop_second_factor(request: Request) -> None:
        await service.drop_second_factor(request.user, request.params["id"])

    return [
        Route(
            "POST",
            _ONE + "/link",
            send_link,
            "Send the invitation again, or a link to set a new password",
            tag="users",
            right=WRITE,
            status=204,
            errors=(409,),
        ),
        Route(
            "POST",
            _ONE + "/unlock",
            unlock,
            "Let a user sign in at once after too many failed tries",
            tag="users",
            right=WRITE,
            status=204,
        ),
        Route(
            "DELETE",
            _ONE + "/second-factor",
            drop_second_factor,
            "Drop a lost authenticator; the user's sessions end",
            tag="users",
            right=WRITE,
            status=204,
        ),
    ]


def _identities(service: AccountsService) -> list[Route]:
    async def identities(request: Request) -> Page[DirectoryIdentity]:
        return Page(await service.identities(request.params["id"]))

    async def add(request: Request) -> DirectoryIdentity:
        return await service.add_identity(request.user, request.params["id"], request.body)

    async def delete(request: Request) -> None:
        await service.delete_identity(request.params["id"], request.params["provider_id"])

    return [
        Route(
            "GET",
            _ONE + "/identities",
            identities,
            "Directories that know this user",
            tag="users",
            right=READ,
            response=Page[DirectoryIdentity],
        ),
        Route(
            "POST",
            _ONE + "/identities",
            add,
            "Let a directory's user sign in as this one",
            tag="users",
            right=WRITE,
            body=NewIdentity,
            response=DirectoryIdentity,
            status=201,
            errors=(409,),
        ),
        Route(
            "DELETE",
            _ONE + "/identities/{provider_id}",
            delete,
            "A directory's user is this one no more",
            tag="users",
            right=WRITE,
            params={"id": UUID, "provider_id": UUID},
            status=204,
        ),
    ]


def _roles(service: RolesService) -> list[Route]:
    async def rights(_request: Request) -> Page[RightTitle]:
        return Page(service.rights())

    async def roles(_request: Request) -> Page[Role]:
        return Page(await service.roles())

    async def get(request: Request) -> Role:
        return await service.get(request.params["name"])

    return [
        Route("GET", "/rights", rights, "Every right there is", tag="roles", right=READ, response=Page[RightTitle]),
        Route("GET", "/roles", roles, "Roles and their rights", tag="roles", right=READ, response=Page[Role]),
        Route("GET", _ONE_ROLE, get, "A role", tag="roles", right=READ, params=_ROLE, response=Role),
    ]


def _roles_written(service: RolesService) -> list[Route]:
    async def create(request: Request) -> Role:
        return await service.create(request.user, request.body)

    async def change(request: Request) -> Role:
        return await service.change(request.user, request.params["name"], request.body, request.expected_version)

    async def delete(request: Request) -> None:
        await service.delete(request.user, request.params["name"])

    return [
        Route(
            "POST",
            "/roles",
            create,
            "Create a role of rights that one has oneself",
            tag="roles",
            right=WRITE,
            body=NewRole,
            response=Role,
            status=201,
            errors=(409,),
        ),
        Route(
            "PATCH",
            _ONE_ROLE,
            change,
            "Change a role; it holds at once",
            tag="roles",
            right=WRITE,
            params=_ROLE,
            body=RolePatch,
            response=Role,
            errors=(409,),
            versioned=True,
        ),
        Route(
            "DELETE",
            _ONE_ROLE,
            delete,
            "Delete a role that nobody has",
            tag="roles",
            right=WRITE,
            params=_ROLE,
            status=204,
            errors=(409,),
        ),
    ]
