"""The simulation's own assertions say what differed, as a test's do."""

import pytest

pytest.register_assert_rewrite("tests.simulation.driver")
