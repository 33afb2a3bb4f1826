"""How the OpenAPI document groups and names the endpoints."""

import re

from drf_spectacular.openapi import AutoSchema


class Endpoint(AutoSchema):
    """Groups the endpoints by the first word of their address; names them by view and method."""

    def get_tags(self) -> list[str]:
        return [self.path.removeprefix("/api/v1/").split("/")[0]]

    def get_operation_id(self) -> str:
        """`CampaignsView.get` becomes `campaigns_get`."""
        name = type(self.view).__name__.removesuffix("View")
        return f"{re.sub(r'(?<!^)(?=[A-Z])', '_', name).lower()}_{self.method.lower()}"
