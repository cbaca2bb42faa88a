"""What a monitor or a script that waits for the application asks."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from simulator.ui.frame.version import version
from simulator.ui.warmup import warmup


async def healthz(_request: Request) -> Response:
    """Answer that the application is up, whether it is warm, and which version it is."""
    body = {"status": "ok", "warm": warmup().warm, "version": version()}
    return JSONResponse(body, headers={"Cache-Control": "no-store"})
