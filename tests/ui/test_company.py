"""Signing in with a company account, against a real OpenID Connect provider (Canaille)."""

import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from coach.people.rights import Role, Who
from tests.ui.app import App, free_port, running_app

ADMIN = Who("x", "x", Role.ADMIN)
PASSWORD = "correct horse 7"


@pytest.fixture(scope="module")
def app(
    iam_server: Any, demo_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[App]:
    port = free_port()
    client = iam_server.models.Client(
        client_id="coach",
        client_secret="secret",
        client_name="coach",
        redirect_uris=[f"http://127.0.0.1:{port}/login/callback"],
        grant_types=["authorization_code"],
        response_types=["code"],
        token_endpoint_auth_method="client_secret_basic",
        scope=["openid", "email", "profile"],
        contacts=["a@example.org"],
        client_uri=f"http://127.0.0.1:{port}",
    )
    iam_server.backend.save(client)
    client.audience = [client]
    iam_server.backend.save(client)
    iam_server.coach = client
    with running_app(
        demo_template,
        tmp_path_factory.mktemp("company"),
        port=port,
        COACH_OIDC_ISSUER=iam_server.url.rstrip("/"),
        COACH_OIDC_CLIENT_ID="coach",
        COACH_OIDC_CLIENT_SECRET="secret",
        COACH_OIDC_TRUST_EMAIL="true",
    ) as found:
        found.services.signing.first("admin", "admin", PASSWORD)
        yield found


def person(iam: Any, email: str) -> Any:
    user = iam.random_user(user_name=uuid.uuid4().hex, emails=[email])
    iam.login(user)
    iam.consent(user, iam.coach)
    return user


def come_back(app: App, browser: requests.Session) -> requests.Response:
    """From our sign-in page to the provider and back."""
    return browser.get(f"{app.url}/login/company", timeout=30)


def signed_in(app: App, browser: requests.Session) -> bool:
    return browser.get(f"{app.url}/account", timeout=30).status_code == 200


def add(app: App, login: str, **more: Any) -> Any:
    return app.services.signing.add(ADMIN, login, login, Role.AGENT, PASSWORD, **more)


def test_the_sign_in_page_offers_it(app: App) -> None:
    assert "用公司账号登录" in requests.get(f"{app.url}/login", timeout=30).text


def test_whose_address_is_a_login_gets_that_account_and_keeps_it(app: App, iam_server: Any) -> None:
    account = add(app, "lin@example.org")
    person(iam_server, "lin@example.org")
    browser = requests.Session()
    come_back(app, browser)
    assert signed_in(app, browser)
    linked = next(a for a in app.services.signing.listed(ADMIN) if a.id == account.id)
    assert linked.subject.startswith(iam_server.url.rstrip("/") + "|")
    again = requests.Session()
    come_back(app, again)
    assert signed_in(app, again)
    person(iam_server, "lin@example.org")  # somebody else with the same address later
    other = requests.Session()
    assert "还没有账号" in come_back(app, other).text
    assert not signed_in(app, other)


def test_who_has_no_account_is_told_whom_to_ask(app: App, iam_server: Any) -> None:
    person(iam_server, "stranger@example.org")
    browser = requests.Session()
    answer = come_back(app, browser)
    assert answer.status_code == 401
    assert "stranger@example.org" in answer.text
    assert "管理员" in answer.text
    assert not signed_in(app, browser)


def test_a_disabled_account_stays_shut(app: App, iam_server: Any) -> None:
    account = add(app, "gone@example.org")
    app.services.signing.change(ADMIN, replace(account, disabled=True))
    person(iam_server, "gone@example.org")
    browser = requests.Session()
    come_back(app, browser)
    assert not signed_in(app, browser)


def test_an_answer_without_its_question_is_refused(app: App, iam_server: Any) -> None:
    """A code of one's own planted in another browser (RFC 6749, 10.12), and the same one twice."""
    add(app, "wang@example.org")
    person(iam_server, "wang@example.org")
    browser = requests.Session()
    step = browser.get(f"{app.url}/login/company", allow_redirects=False, timeout=30)
    came = browser.get(step.headers["location"], allow_redirects=False, timeout=30)
    callback = came.headers["location"]
    assert {"code", "state"} <= set(parse_qs(urlsplit(callback).query))
    victim = requests.Session()
    assert victim.get(callback, timeout=30).status_code == 401
    forged = requests.Session()
    forged.get(f"{app.url}/login/company", allow_redirects=False, timeout=30)
    assert forged.get(callback, timeout=30).status_code == 401
    assert not signed_in(app, forged)


def test_a_provider_that_does_not_answer_is_an_error_on_the_page(
    demo_template: Path, tmp_path: Path
) -> None:
    with running_app(
        demo_template,
        tmp_path,
        COACH_OIDC_ISSUER=f"http://127.0.0.1:{free_port()}",
        COACH_OIDC_CLIENT_ID="coach",
    ) as app:
        app.services.signing.first("admin", "admin", PASSWORD)
        answer = requests.get(f"{app.url}/login/company", timeout=30)
        assert answer.status_code == 502
        assert "公司账号登录没有成功" in answer.text
