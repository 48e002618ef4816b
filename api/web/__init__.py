"""Our small router over aiohttp: routes are declared with their types; validation, rights and OpenAPI follow."""
