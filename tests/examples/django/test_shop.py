import pytest
from django.contrib.auth.models import User

URL = "https://api.example.com/me"


@pytest.fixture
def visitor(db, client, cors_browser):
    """
    Log somebody in, and give the session's cookie to the browser.
    """
    client.force_login(User.objects.create_user("ada"))
    cookie = client.cookies["sessionid"].value
    return cors_browser.set_cookie("sessionid", cookie, domain="api.example.com", secure=True, same_site="none")


@pytest.mark.usefixtures("visitor")
def test_our_page_learns_who_is_logged_in(cors_browser):
    page = cors_browser.open("https://app.example.com/")

    result = page.fetch(URL, credentials="include")

    assert result.readable
    assert result.json() == {"name": "ada"}


@pytest.mark.usefixtures("visitor")
def test_no_other_page_does(cors_browser):
    page = cors_browser.open("https://evil.example/")

    assert not page.fetch(URL, credentials="include").readable


def test_a_running_server_answers_as_well(cors_browser, live_server):
    cors_browser.mount("http://localhost:8000", live_server)
    page = cors_browser.open("http://localhost:8000/")

    assert page.fetch("/me").json() == {"name": ""}
