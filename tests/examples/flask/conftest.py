import pytest
from shop import create_app


@pytest.fixture
def app():
    return create_app()
