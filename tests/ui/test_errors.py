from __future__ import annotations

from typing import Any

from django.test import Client


def test_a_form_without_its_token_says_what_to_do(centre: Any) -> None:
    answer = Client(enforce_csrf_checks=True).post(
        "/account/login/", {"login": "a@example.org"}, headers={"accept-language": "de"}
    )
    assert answer.status_code == 403
    assert "Laden Sie die Seite neu" in answer.content.decode()


def test_the_api_answers_errors_as_problems(centre: Any) -> None:
    answer = Client().get("/api/v1/nix")
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")
    assert answer.json()["status"] == 404


def test_the_login_page_is_ours_and_nobody_signs_up_unasked(centre: Any) -> None:
    html = Client().get("/account/login/", headers={"accept-language": "de"}).content.decode()
    assert "Zum Suchen brauchen Sie kein Konto." in html
    assert 'class="kern-form-input__input" type="password"' in html
    assert 'type="email"' not in Client().get("/account/signup/").content.decode()


def test_a_wrong_password_is_told_at_the_field_and_on_top(centre: Any) -> None:
    answer = Client().post(
        "/account/login/", {"login": "a@example.org", "password": ""}, headers={"accept-language": "de"}
    )
    html = answer.content.decode()
    assert '<a href="#id_password">' in html
    assert 'aria-invalid="true"' in html
    assert 'value="a@example.org"' in html
