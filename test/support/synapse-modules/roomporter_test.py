"""A module for the Synapse of the tests: it refuses what they say, and dies where they say."""

import os
import signal
from pathlib import Path
from typing import Any

from roomporter_synapse.sending import Sending
from synapse.module_api import NOT_SPAM, ModuleApi
from synapse.module_api.errors import Codes


class TestModule:
    def __init__(self, config: dict[str, Any], api: ModuleApi):
        api.register_spam_checker_callbacks(check_event_for_spam=self._is_spam)
        if config["asked"]:
            api.register_third_party_rules_callbacks(check_event_allowed=self._is_allowed)
        commits = Path(config["commits"])
        commit = Sending._commit

        async def commit_or_die(sending: Sending, pairs: list[Any]) -> None:
            # the file holds the number of transactions that are still to come before the end
            if commits.exists():
                left = int(commits.read_text())
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                commits.write_text(str(left - 1))
            await commit(sending, pairs)

        Sending._commit = commit_or_die

    @staticmethod
    def parse_config(config: dict[str, Any]) -> dict[str, Any]:
        return config

    async def _is_spam(self, event: Any) -> Any:
        return Codes.LIMIT_EXCEEDED if event.content.get("body") == "spam" else NOT_SPAM

    async def _is_allowed(self, event: Any, state: Any) -> Any:
        return event.content.get("body") != "not allowed", None
