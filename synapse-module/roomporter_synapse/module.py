# SPDX-License-Identifier: AGPL-3.0-or-later
"""The module as Synapse loads it, and its two endpoints."""

import logging
from importlib import import_module
from inspect import signature
from typing import Any

import attr
from roomporter_synapse.batch import COMMIT_EVENTS, MAX_EVENTS, PATH, parse_batch
from roomporter_synapse.versions import TRIED, VERSION
from synapse.appservice import ApplicationService
from synapse.api.errors import Codes, ShadowBanError, SynapseError
from synapse.http.server import DirectServeJsonResource
from synapse.http.servlet import parse_json_object_from_request
from synapse.http.site import SynapseRequest
from synapse.module_api import ModuleApi
from synapse.module_api.errors import ConfigError
from synapse.server import HomeServer
from synapse.types import create_requester
from synapse.util import SYNAPSE_VERSION as BUILD

logger = logging.getLogger(__name__)

# without the branch and commit of a checkout
SYNAPSE_VERSION = BUILD.split(" ")[0]


@attr.s(frozen=True, slots=True, auto_attribs=True)
class Config:
    appservice: str
    """id of the application service in its registration file"""
    allow_untried: bool
    """work with versions of Synapse with which the module was not tried, too"""


class RoomporterModule:
    def __init__(self, config: Config, api: ModuleApi):
        hs = api._hs
        service = _service(hs, config)
        sending = writers = None
        unusable = _untried(config)
        if unusable is None:
            try:
                # what uses Synapse's internals is loaded only now: Synapse starts in any case
                sending = import_module("roomporter_synapse.sending").Sending(hs)
                writers = import_module("roomporter_synapse.writer").Writers(hs)
                search = import_module("roomporter_synapse.search")
                if service is not None:
                    search.SearchIndex(hs, _user_id(service))
            except Exception as error:
                unusable = f"not made for Synapse {SYNAPSE_VERSION}: {error}"
        if unusable is not None:
            logger.warning("Roomporter sends its events singly: the module is %s", unusable)
        api.register_web_resource(PATH, Discovery(hs, config, unusable is None))
        api.register_web_resource(PATH + "/batch", BatchResource(hs, config, sending, writers, unusable))

    @staticmethod
    def parse_config(config: dict[str, Any]) -> Config:
        unknown = sorted(set(config) - {"appservice", "allow_untried"})
        if unknown:
            raise ConfigError(f"roomporter_synapse: {unknown[0]} is not known")
        appservice = config.get("appservice", "roomporter")
        allow_untried = config.get("allow_untried", False)
        if not isinstance(appservice, str) or not isinstance(allow_untried, bool):
            raise ConfigError("roomporter_synapse: appservice must be a string, allow_untried true or false")
        return Config(appservice, allow_untried)


class _Resource(DirectServeJsonResource):
    isLeaf = False

    def __init__(self, hs: HomeServer, config: Config):
        # Synapse 1.128 asks for none
        takes_clock = "clock" in signature(DirectServeJsonResource.__init__).parameters
        super().__init__(**({"clock": hs.get_clock()} if takes_clock else {}))
        self._hs = hs
        self._config = config

    def service(self, request: SynapseRequest) -> ApplicationService:
        """
        Raises:
            SynapseError 401 without a token that somebody has, 403 for any but the configured application service's
        """
        auth = self._hs.get_auth()
        token = auth.get_access_token_from_request(request)
        service = self._hs.get_datastores().main.get_app_service_by_token(token)
        if service is None or service.id != self._config.appservice:
            raise SynapseError(403, "only the application service of Roomporter may do this", Codes.FORBIDDEN)
        return service


class Discovery(_Resource):
    def __init__(self, hs: HomeServer, config: Config, usable: bool):
        super().__init__(hs, config)
        self._usable = usable

    async def _async_render_GET(self, request: SynapseRequest) -> tuple[int, dict[str, Any]]:
        self.service(request)
        return 200, {
            "version": VERSION,
            "limits": {"events": MAX_EVENTS, "commit": COMMIT_EVENTS},
            "synapse": {"version": SYNAPSE_VERSION, "tried": list(TRIED), "usable": self._usable},
        }


class BatchResource(_Resource):
    def __init__(self, hs: HomeServer, config: Config, sending: Any, writers: Any, unusable: str | None):
        super().__init__(hs, config)
        self._sending = sending
        self._writers = writers
        self._unusable = unusable

    async def _async_render_POST(self, request: SynapseRequest) -> tuple[int, dict[str, Any]]:
        service = self.service(request)
        if self._unusable is not None:
            raise SynapseError(400, f"the module is {self._unusable}", Codes.UNRECOGNIZED)
        body = parse_json_object_from_request(request)
        batch = parse_batch(body)
        writer = self._writers.elsewhere(batch.room_id)
        if writer is not None:
            return 200, await self._writers.ask(writer, request, service.token, body)
        # the service user, whatever `user_id` says
        requester = create_requester(_user_id(service), app_service=service)
        try:
            sent = await self._sending.send(requester, batch)
        except ShadowBanError:
            raise SynapseError(403, "this user may not send", Codes.FORBIDDEN)
        except (AttributeError, ImportError, TypeError) as error:
            if SYNAPSE_VERSION in TRIED:
                raise
            logger.warning("Roomporter sends its events singly", exc_info=True)
            raise SynapseError(400, f"not made for Synapse {SYNAPSE_VERSION}: {error}", Codes.UNRECOGNIZED)
        answer: dict[str, Any] = {"event_ids": sent.event_ids}
        if sent.replayed:
            answer["replayed"] = sent.replayed
        return 200, answer


def _untried(config: Config) -> str | None:
    if SYNAPSE_VERSION in TRIED or config.allow_untried:
        return None
    return f"not tried with Synapse {SYNAPSE_VERSION}: allow_untried in the module's configuration allows it"


def _service(hs: HomeServer, config: Config) -> ApplicationService | None:
    services = hs.get_datastores().main.get_app_services()
    return next((service for service in services if service.id == config.appservice), None)


def _user_id(service: ApplicationService) -> str:
    """A `UserID` since Synapse 1.140, a string before."""
    return str(service.sender) if isinstance(service.sender, str) else service.sender.to_string()
