"""The browser, for the journeys."""

from tests.browser import browser  # noqa: F401 - a fixture
