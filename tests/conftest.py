"""What all tests share: how hypothesis searches."""

import os

from hypothesis import HealthCheck, settings

# times depend on the machine and on what else runs there; a failure in CI must be the same failure at a desk
settings.register_profile("any", deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=50)
settings.register_profile("ci", settings.get_profile("any"), derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "any")
