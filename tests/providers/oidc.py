"""An OpenID provider for tests, in a process of its own: authlib's server, which demands PKCE and its client's secret.

``python tests/providers/oidc.py`` prints its address. ``PUT /people/<name>`` sets what is known of somebody,
``PUT /lie`` what the next ID tokens say wrongly: a claim -> its value, ``key``: signed with a key of somebody else.
"""

import time
from typing import Any

import flask
from authlib.integrations.flask_oauth2 import AuthorizationServer, ResourceProtector, current_token
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import AuthorizationCodeMixin, ClientMixin, TokenMixin
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc6750 import BearerTokenValidator
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import OpenIDCode
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

CLIENT_ID, CLIENT_SECRET = "paylater", "client secret of the tests"
KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"}, auto_kid=False)
STRANGER = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"}, auto_kid=False)
people: dict[str, dict[str, Any]] = {}
codes: dict[str, "Code"] = {}
tokens: dict[str, "Token"] = {}
lie: dict[str, Any] = {}
app = flask.Flask(__name__)


class Person(dict):  # type: ignore[type-arg]
    def get_user_id(self) -> str:
        return str(self["sub"])


class Client(ClientMixin):  # type: ignore[misc]
    def get_client_id(self) -> str:
        return CLIENT_ID

    def get_default_redirect_uri(self) -> None:
        return None

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri.startswith("http://127.0.0.1:") and redirect_uri.endswith("/api/v1/auth/oidc/callback")

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == CLIENT_SECRET

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == "client_secret_basic"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


class Code(AuthorizationCodeMixin):  # type: ignore[misc]
    def __init__(self, **values: Any) -> None:
        self.__dict__.update(values)

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str:
        return str(lie.get("nonce", self.nonce))

    def get_auth_time(self) -> int:
        return int(time.time())

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> None:
        return None


class Token(TokenMixin):  # type: ignore[misc]
    def __init__(self, user: Person, scope: str) -> None:
        self.user, self.scope = user, scope

    def check_client(self, client: Any) -> bool:
        return True

    def get_scope(self) -> str:
        return self.scope

    def is_expired(self) -> bool:
        return False

    def is_revoked(self) -> bool:
        return False


class CodeGrant(AuthorizationCodeGrant):  # type: ignore[misc]
    TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic"]

    def save_authorization_code(self, code: str, request: Any) -> None:
        data = request.payload.data
        codes[code] = Code(
            code=code,
            redirect_uri=data["redirect_uri"],
            scope=data.get("scope", ""),
            nonce=data.get("nonce"),
            user=request.user,
            code_challenge=data.get("code_challenge"),
            code_challenge_method=data.get("code_challenge_method"),
        )

    def query_authorization_code(self, code: str, client: Any) -> Code | None:
        return codes.get(code)

    def delete_authorization_code(self, authorization_code: Code) -> None:
        codes.pop(authorization_code.code)

    def authenticate_user(self, authorization_code: Code) -> Person:
        return authorization_code.user


class IdTokens(OpenIDCode):  # type: ignore[misc]
    def exists_nonce(self, nonce: str, request: Any) -> bool:
        return any(code.nonce == nonce for code in codes.values())

    def resolve_client_private_key(self, client: Any) -> Any:
        return STRANGER if lie.get("key") else KEY

    def get_client_algorithm(self, client: Any) -> str:
        return "RS256"

    def get_encode_header(self, client: Any) -> dict[str, str]:
        return {"alg": "RS256", "kid": "one"}

    def get_client_claims(self, client: Any) -> dict[str, Any]:
        return {"iss": lie.get("iss", issuer()), "aud": lie.get("aud", [CLIENT_ID])} | (
            {"exp": lie["exp"], "iat": lie["exp"] - 60} if "exp" in lie else {}
        )

    def generate_user_info(self, user: Person, scope: str) -> dict[str, Any]:
        """Groups are told by the user info alone, as many providers do."""
        return {name: value for name, value in user.items() if name != "groups"}


def issuer() -> str:
    return flask.request.host_url.rstrip("/")


def _save_token(token: dict[str, Any], request: Any) -> None:
    tokens[token["access_token"]] = Token(request.user, token.get("scope", ""))


server = AuthorizationServer(
    app, query_client=lambda name: Client() if name == CLIENT_ID else None, save_token=_save_token
)
server.register_grant(CodeGrant, [CodeChallenge(required=True), IdTokens(require_nonce=True)])
protect = ResourceProtector()


class Validator(BearerTokenValidator):  # type: ignore[misc]
    def authenticate_token(self, token_string: str) -> Token | None:
        return tokens.get(token_string)


protect.register_token_validator(Validator())


@app.get("/.well-known/openid-configuration")
def configuration() -> dict[str, Any]:
    return {
        "issuer": issuer(),
        "authorization_endpoint": issuer() + "/authorize",
        "token_endpoint": issuer() + "/token",
        "userinfo_endpoint": issuer() + "/userinfo",
        "jwks_uri": issuer() + "/jwks",
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "code_challenge_methods_supported": ["S256"],
    }


@app.get("/jwks")
def jwks() -> dict[str, Any]:
    return {"keys": [KEY.as_dict(private=False)]}


@app.route("/authorize", methods=["GET", "POST"])
def authorize() -> Any:
    """GET: the sign-in form. POST ``name``: that person agrees; ``deny``: refuses."""
    person = people.get(flask.request.form.get("name", ""))
    try:
        grant = server.get_consent_grant(end_user=Person(person) if person else None)
    except OAuth2Error as error:
        return {"error": error.error, "description": error.description}, 400
    if flask.request.method == "GET":
        return "<form method=post><input name=name></form>"
    agreed = None if "deny" in flask.request.form or person is None else Person(person)
    return server.create_authorization_response(grant=grant, grant_user=agreed)


@app.post("/token")
def token() -> Any:
    return server.create_token_response()


@app.get("/userinfo")
@protect(None)
def userinfo() -> dict[str, Any]:
    return {**current_token.user, **({"sub": lie["userinfo_sub"]} if "userinfo_sub" in lie else {})}


@app.put("/people/<name>")
def put_person(name: str) -> dict[str, Any]:
    people[name] = {"sub": f"sub-{name}", **flask.request.get_json()}
    return {}


@app.put("/lie")
def put_lie() -> dict[str, Any]:
    lie.clear()
    lie.update(flask.request.get_json())
    return {}


if __name__ == "__main__":
    serving = make_server("127.0.0.1", 0, app, threaded=True)
    print(f"http://127.0.0.1:{serving.server_port}", flush=True)
    serving.serve_forever()
