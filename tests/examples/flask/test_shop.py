import pytest

URL = "https://api.example.com/items/7"
UPDATE = {"method": "PUT", "json": {"name": "Widget"}, "credentials": "include"}


def test_our_page_may_update(cors_browser):
    page = cors_browser.open("https://app.example.com/")

    result = page.fetch(URL, **UPDATE)

    assert result.readable
    assert result.json() == {"id": 7, "name": "Widget"}


@pytest.mark.parametrize("url", ["https://evil.example/", "https://app.example.com.evil.example/", "data:,"])
def test_no_other_page_may(cors_browser, url):
    result = cors_browser.open(url).fetch(URL, **UPDATE)

    assert not result.readable
    assert [exchange.method for exchange in result.exchanges] == ["OPTIONS"]


@pytest.mark.cors_browsers("chromium")
def test_the_preflight_is_remembered_for_ten_minutes(cors_browser):
    page = cors_browser.open("https://app.example.com/")

    assert page.fetch(URL, **UPDATE).preflighted
    assert not page.fetch(URL, **UPDATE).preflighted
    cors_browser.clock.advance(601)
    assert page.fetch(URL, **UPDATE).preflighted
