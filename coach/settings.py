"""Settings: environment variables ``COACH_*`` or a ``.env`` file, read once per process."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Literal
from zoneinfo import available_timezones

import platformdirs
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from coach.errors import BadInput

PACKAGE = Path(__file__).resolve().parent


def home() -> Path:
    """The checkout when we run from one, else the user's data folder."""
    checkout = PACKAGE.parent
    if (checkout / "pyproject.toml").is_file() and (checkout / "app.py").is_file():
        return checkout
    return Path(platformdirs.user_data_dir("call-coach", appauthor=False))


class Settings(BaseSettings):
    """Everything that can be set. Times are in seconds unless the name says otherwise."""

    model_config = SettingsConfigDict(
        env_prefix="COACH_", env_file=".env", env_ignore_empty=True, extra="ignore"
    )

    data_dir: Path | None = Field(None, description="where everything the program writes goes")
    database_url: SecretStr | None = Field(
        None, description="SQLAlchemy URL; an SQLite file in the data folder when unset"
    )
    language: Literal["zh", "en"] = Field("zh", description="language of screens and messages")
    time_zone: str = Field("Asia/Shanghai", description="IANA zone in which times are shown")

    model: str = Field("small", description="speech model: a name or a folder")
    model_device: str = Field("cpu", description="device for speech recognition")
    model_compute: str = Field("int8", description="ctranslate2 compute type")
    model_threads: int = Field(0, ge=0, description="CPU threads; 0 = let ctranslate2 choose")
    allow_download: bool = Field(False, description="may transcription fetch a missing model")
    offline: bool = Field(False, description="never open an outbound connection")
    second_model: str = Field(
        "",
        description="another speech model, a name or a folder, that listens to masked clips before release",
    )
    speech_language: str = Field("zh", description="language spoken in the calls, or auto")
    speakers: str = Field(
        "light",
        description="who tells two speakers on one channel apart: light, or a folder with sherpa-onnx models",
    )
    window: float = Field(300.0, ge=20, le=1500, description="longest window given to the model")
    embedder: str = Field("bge-small-zh-v1.5", description="embedding model for benchmark search")

    max_upload_mb: int = Field(500, ge=1, description="largest upload in MB")
    max_hours: float = Field(4.0, gt=0, description="longest call taken, in hours")
    filename_pattern: str = Field(
        "", description="regular expression with groups agent, team, called_at, node"
    )

    keep_days: int = Field(
        90, ge=0, description="days that a call is kept after its import; 0 = until it is deleted"
    )

    key_file: Path | None = Field(
        None,
        description="file with the keys that originals are encrypted with, a line each, newest first",
    )
    key: SecretStr | None = Field(None, description="the same keys by commas, without a file")

    rounds: int = Field(4, ge=1, le=12, description="rounds that a call is cut into")
    minutes: float = Field(4.0, ge=0, description="time budget of a pack; 0 = whole call")

    oidc_issuer: str = Field("", description="OpenID Connect provider of the company: its address")
    oidc_client_id: str = Field("", description="what this app is called there")
    oidc_client_secret: SecretStr | None = Field(None, description="and its secret")
    oidc_trust_email: bool = Field(
        False, description="its e-mail addresses are the company's own, though it does not say so"
    )
    allowed_hosts: str = Field(
        "localhost,127.0.0.1,[::1]",
        description="names under which the server answers, by commas; * = any",
    )
    form_template: Path | None = Field(
        None, description="a company's own record form, an xlsx with fields by name"
    )
    form_document: Path | None = Field(None, description="the same as a docx with fields by name")
    public_url: str = Field(
        "", description="address by which phones reach this server, with http:// or https://"
    )
    worker: Literal["app", "elsewhere"] = Field(
        "app", description="who runs the worker: the app, or you with `coach worker`"
    )
    lease: float = Field(
        30.0, gt=1, description="a job silent this long is given to another worker"
    )

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError("no such time zone")
        return value

    @cached_property
    def data(self) -> Path:
        """The folder that everything is written under."""
        return (self.data_dir or home() / "recordings").expanduser().resolve()

    @property
    def audio(self) -> Path:
        return self.data / "audio"

    @property
    def clips(self) -> Path:
        return self.data / "clips"

    @property
    def incoming(self) -> Path:
        return self.data / "incoming"

    @property
    def models(self) -> Path:
        """Where ``coach models pull`` writes."""
        return self.data / "models" if self.data_dir else home() / "models"

    @property
    def model_folders(self) -> tuple[Path, ...]:
        """Where models are looked for, in order."""
        packed = PACKAGE / "_wheel" / "models"
        return tuple(dict.fromkeys([self.models, home() / "models", packed]))

    @property
    def demo(self) -> Path:
        """The bundled demo calls: package data in a wheel, else in the checkout."""
        packed = PACKAGE / "_wheel" / "demo"
        return packed if packed.is_dir() else PACKAGE.parent / "recordings" / "demo"

    @property
    def app_file(self) -> Path:
        packed = PACKAGE / "_wheel" / "app.py"
        return packed if packed.is_file() else PACKAGE.parent / "app.py"


def load_settings() -> Settings:
    """The settings of the environment.

    Raises:
        BadInput: one of them is not usable; names it.
    """
    try:
        return Settings()
    except ValidationError as error:
        wrong = "; ".join(f"COACH_{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors())
        raise BadInput(detail=f"设置不对：{wrong}", detail_en=f"settings: {wrong}") from error
