"""A company's own sign-in: OpenID Connect, authorization code with PKCE (OIDC Core 1.0; RFC 7636)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from coach.errors import CompanySignIn
from coach.settings import Settings

SCOPE = "openid email profile"
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"]  # never "none" or HMAC
PATIENCE = 10  # seconds for each answer of the provider
LEEWAY = 60  # seconds that clocks may differ


@dataclass(frozen=True)
class Identity:
    """Whom the provider vouches for. ``subject``: issuer and the provider's own name for them."""

    subject: str
    email: str  # "" unless the provider has verified it, or is trusted to


@dataclass(frozen=True)
class Company:
    """A provider, found by its discovery document. Blocking: call it in a thread."""

    issuer: str
    client_id: str
    secret: str
    trust_email: bool = False

    def begin(self, back: str) -> tuple[str, dict[str, str]]:
        """The address to send a browser to, and what has to be kept until it comes ``back``.

        Raises CompanySignIn.
        """
        kept = {"verifier": secrets.token_urlsafe(48), "nonce": secrets.token_urlsafe(24)}
        try:
            url, kept["state"] = self._session(back).create_authorization_url(
                self._about()["authorization_endpoint"],
                code_verifier=kept["verifier"],
                nonce=kept["nonce"],
            )
        except Exception as error:  # the provider's many ways to fail are one to whoever signs in
            raise CompanySignIn(detail=type(error).__name__) from error
        return str(url), kept

    def finish(self, back: str, answer: str, kept: dict[str, Any]) -> Identity:
        """Who came back: ``answer`` is the whole address they came back to. Raises CompanySignIn."""
        try:
            about = self._about()
            token = self._session(back, kept["state"]).fetch_token(
                about["token_endpoint"],
                authorization_response=answer,
                code_verifier=kept["verifier"],
                timeout=PATIENCE,
            )
            claims = self._claims(about, token["id_token"], kept["nonce"])
            claims |= self._more(about, token["access_token"], claims)
        except Exception as error:
            raise CompanySignIn(detail=type(error).__name__) from error
        trusted = self.trust_email or claims.get("email_verified") is True
        email = claims.get("email", "") if trusted else ""
        return Identity(f"{self.issuer}|{claims['sub']}", str(email))

    def _session(self, back: str, state: str | None = None) -> Any:
        from authlib.integrations.requests_client import OAuth2Session

        return OAuth2Session(
            self.client_id,
            self.secret,
            scope=SCOPE,
            redirect_uri=back,
            state=state,
            code_challenge_method="S256",
        )

    def _about(self) -> dict[str, Any]:
        import requests

        at = f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
        answer = requests.get(at, timeout=PATIENCE)
        answer.raise_for_status()
        about: dict[str, Any] = answer.json()
        if str(about.get("issuer", "")).rstrip("/") != self.issuer.rstrip("/"):
            raise ValueError("issuer")
        return about

    def _more(self, about: dict[str, Any], token: str, claims: dict[str, Any]) -> dict[str, Any]:
        """The address, which many give at their userinfo endpoint only (OIDC Core 5.3.2)."""
        import requests

        if "email" in claims or "userinfo_endpoint" not in about:
            return {}
        headers = {"Authorization": f"Bearer {token}"}
        answer = requests.get(about["userinfo_endpoint"], headers=headers, timeout=PATIENCE)
        answer.raise_for_status()
        found = answer.json()
        if found.get("sub") != claims["sub"]:
            raise ValueError("sub")
        return {k: found[k] for k in ("email", "email_verified") if k in found}

    def _claims(self, about: dict[str, Any], token: str, nonce: str) -> dict[str, Any]:
        """The claims of an id token: signature, issuer, audience, times and nonce are right."""
        import requests
        from joserfc import jwt
        from joserfc.jwk import KeySet

        keys = requests.get(about["jwks_uri"], timeout=PATIENCE)
        keys.raise_for_status()
        claims = jwt.decode(token, KeySet.import_key_set(keys.json()), algorithms=ALGORITHMS).claims
        jwt.JWTClaimsRegistry(
            leeway=LEEWAY,
            iss={"essential": True, "value": about["issuer"]},
            aud={"essential": True, "value": self.client_id},
            exp={"essential": True},
            sub={"essential": True},
            nonce={"essential": True, "value": nonce},
        ).validate(claims)
        return dict(claims)


def company(settings: Settings) -> Company | None:
    """The provider that is set, if one is and going out is allowed."""
    if settings.offline or not settings.oidc_issuer or not settings.oidc_client_id:
        return None
    secret = settings.oidc_client_secret
    return Company(
        settings.oidc_issuer,
        settings.oidc_client_id,
        secret.get_secret_value() if secret else "",
        settings.oidc_trust_email,
    )
