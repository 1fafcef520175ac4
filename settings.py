"""Settings, read from the environment by the entry points alone.

A local stack (``make up``) keeps its secrets and ports in its home folder and passes them on as environment, so
nothing here has a secret as default.
"""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What every process needs to know.

    Attributes:
        database_url: ``postgresql+asyncpg://user:password@host:port/name``.
        payload_keys: Keys of the payload encryption, ``id:base64url`` each, the active one first.
        api_token: An administrator's bearer token of the API, for the programs of this environment.
        signing_key: Signs what browsers carry for us on the way to an identity provider and back; 32 characters at
            least.
        oidc_issuer, oidc_client_id, oidc_client_secret: The company's identity provider; empty without one.
        public_url: Where browsers reach the API, such as ``https://callout.example``; needed behind a proxy that names
            another host.
        tile_url: Template of the console's map tiles, such as ``https://tiles.example/{z}/{x}/{y}.png``; empty: no map.
        link_key: Keys that sign the customers' links, ``id:base64url`` each, the active one first. The API and the
            worker of ``notify`` need it.
        email_urls, sms_urls, staff_urls: Channels as URLs of apprise, separated by spaces; empty for none
            (docs/messages.md).
        webhooks_to_private: Whether a webhook may go to an address of the own network, and without TLS.
        environment: ``local`` or ``production``; production refuses demonstration features.
        home: Folder of the local stack.
        planner_slots: Optimisations at the same time in one worker process.
        metrics_address: host:port for the worker's Prometheus metrics; empty for none.
    """

    model_config = SettingsConfigDict(env_prefix="CALLOUT_", extra="ignore")

    database_url: SecretStr
    temporal_address: str = "127.0.0.1:7233"
    temporal_namespace: str = "default"
    payload_keys: SecretStr
    api_token: SecretStr | None = None
    link_key: SecretStr | None = None
    email_urls: SecretStr = SecretStr("")
    sms_urls: SecretStr = SecretStr("")
    staff_urls: SecretStr = SecretStr("")
    webhooks_to_private: bool = False
    api_host: str = "127.0.0.1"
    signing_key: SecretStr | None = None
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    public_url: str = ""
    tile_url: str = ""
    api_port: int = Field(default=8080, ge=1, le=65535)
    environment: Literal["local", "production"] = "local"
    home: Path = Path(".callout")
    planner_slots: int = Field(default=1, ge=1, le=64)
    metrics_address: str = ""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
