"""How the OpenAPI document groups the endpoints."""

from drf_spectacular.openapi import AutoSchema


class Endpoint(AutoSchema):
    """Groups the endpoints by the first word of their address."""

    def get_tags(self) -> list[str]:
        return [self.path.removeprefix("/api/v1/").split("/")[0]]
