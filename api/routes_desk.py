"""The case desk over HTTP."""

from fastapi import APIRouter

router = APIRouter(tags=["desk"])
