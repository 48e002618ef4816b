"""Routes of users and roles."""

from api.accounts.model import NewUser, Role, User, UserPatch
from api.accounts.service import AccountsService
from api.web.paging import SearchQuery
from api.web.route import Page, Request, Route

READ, WRITE = "users.read", "users.write"


def routes(service: AccountsService) -> list[Route]:
    async def page(request: Request) -> Page[User]:
        return await service.page(request.query.limit, request.query.cursor, request.query.q)

    async def get(request: Request) -> User:
        return await service.get(request.params["id"])

    async def create(request: Request) -> User:
        return await service.create(request.body)

    async def change(request: Request) -> User:
        return await service.change(request.params["id"], request.body)

    async def roles(_request: Request) -> Page[Role]:
        return Page(await service.roles())

    return [
        Route("GET", "/users", page, "Users by login", tag="users", right=READ, query=SearchQuery, response=Page[User]),
        Route("GET", "/users/{id}", get, "A user", tag="users", right=READ, response=User),
        Route(
            "POST",
            "/users",
            create,
            "Create a user",
            tag="users",
            right=WRITE,
            body=NewUser,
            response=User,
            status=201,
            errors=(409, 429),
        ),
        Route(
            "PATCH",
            "/users/{id}",
            change,
            "Change or block a user; a block, a new role or password ends the user's sessions",
            tag="users",
            right=WRITE,
            body=UserPatch,
            response=User,
            errors=(409, 429),
        ),
        Route("GET", "/roles", roles, "Roles and their rights", tag="users", right=READ, response=Page[Role]),
    ]
