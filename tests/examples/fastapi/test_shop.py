import pytest

from browsercors import Reason

URL = "https://api.example.com/items/7"


def test_our_page_may_update(cors_browser):
    page = cors_browser.open("https://app.example.com/")

    result = page.fetch(URL, method="PUT", json={"name": "Widget"})

    assert result.readable
    assert result.json() == {"id": 7, "name": "Widget"}


def test_no_page_may_with_credentials(cors_browser):
    page = cors_browser.open("https://app.example.com/")

    result = page.fetch(URL, method="PUT", json={"name": "Widget"}, credentials="include")

    assert result.block.reason is Reason.ALLOW_CREDENTIALS_NOT_TRUE


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.mark.anyio
async def test_nobody_else_may(async_cors_browser):
    page = async_cors_browser.open("https://evil.example/")

    result = await page.fetch(URL, method="PUT", json={"name": "Widget"})

    assert result.block.is_cors
