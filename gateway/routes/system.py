"""Health and metrics, for machines on the inside."""

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

router = APIRouter(include_in_schema=False)


@router.get("/health/live")
async def live() -> str:
    return "live"


@router.get("/health/ready")
async def ready(request: Request, response: Response) -> str:
    """Ready while on the bus."""
    if not request.app.state.bus.connected:
        response.status_code = 503
        return "waiting for broker"
    return "ready"


@router.get("/metrics")
async def metrics() -> Response:
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
