# SPDX-License-Identifier: AGPL-3.0-or-later
"""Makes a call's events, with the checks of a single send (`EventCreationHandler.create_event` and what follows it)."""

from typing import Any, Sequence

import attr
from roomporter_synapse.batch import Draft
from roomporter_synapse.content_checks import check_content
from roomporter_synapse.references import resolve
from roomporter_synapse.relations import Relations
from synapse.api.constants import EventTypes
from synapse.api.errors import AuthError, Codes, NotFoundError, ShadowBanError, SynapseError
from synapse.api.room_versions import EventFormatVersions, RoomVersion
from synapse.event_auth import check_redaction, check_state_dependent_auth_rules, validate_event_for_room_version
from synapse.events import EventBase
from synapse.events.builder import create_local_event_from_event_dict
from synapse.events.snapshot import EventContext
from synapse.server import HomeServer
from synapse.storage.databases.main.events_worker import EventRedactBehaviour
from synapse.types import Requester

MAX_DEPTH = 2**63 - 1


@attr.s(slots=True, auto_attribs=True)
class Chain:
    """Events of one call, each the only one before the next."""

    events: list[EventBase]
    context: EventContext
    """of every one: none of them changes the room's state"""


class EventChains:
    """Makes chains of events in the name of one user."""

    def __init__(self, hs: HomeServer):
        self._hs = hs
        self._handler = hs.get_event_creation_handler()
        self._store = hs.get_datastores().main
        self._auth = hs.get_event_auth_handler()
        self._rules = hs.get_module_api_callbacks().third_party_event_rules
        self._spam = hs.get_module_api_callbacks().spam_checker

    async def room_version(self, room_id: str, requester: Requester) -> RoomVersion:
        """
        Raises:
            SynapseError 403 where the user is not in the room, 400 where a room of that version takes single events only
        """
        user_id = requester.user.to_string()
        if not await self._store.check_local_user_in_room(user_id, room_id):
            raise AuthError(403, f"User {user_id} not in room {room_id}")
        version = await self._store.get_room_version(room_id)
        old = version.event_format == EventFormatVersions.ROOM_V1_V2 or not version.updated_redaction_rules
        if old or getattr(version, "msc4242_state_dags", False):
            raise SynapseError(
                400, f"rooms of version {version.identifier} take single events only", Codes.INCOMPATIBLE_ROOM_VERSION
            )
        return version

    async def make(
        self,
        requester: Requester,
        version: RoomVersion,
        room_id: str,
        drafts: Sequence[Draft],
        before: Sequence[str],
        relations: Relations,
    ) -> Chain:
        """
        Args:
            drafts: at least one
            before: ids of the events of the same call that are stored already

        Raises:
            SynapseError as a single send of the first event at fault would, but never with 5xx
        """
        if requester.shadow_banned:
            raise ShadowBanError()
        sender = requester.user.to_string()
        suspended = await self._store.get_user_suspended_status(sender)
        event_ids = list(before)
        events: list[EventBase] = []
        allowed: set[str] = set()
        context: EventContext | None = None
        auth_event_ids: list[str] = []
        for draft in drafts:
            if draft.type == EventTypes.Member:
                raise SynapseError(400, "Tried to send member event through non-member codepath", Codes.BAD_JSON)
            content = resolve(draft.type, draft.content, event_ids)
            check_content(draft.type, content, room_id)
            if context is None:
                event, context = await self._first(requester, room_id, draft, content)
                auth_event_ids = list(event.auth_event_ids())
            else:
                # the first one may be a redaction that is allowed all the same
                if suspended:
                    message = "Sending messages while account is suspended is not allowed."
                    raise SynapseError(403, message, Codes.USER_ACCOUNT_SUSPENDED)
                event = self._next(version, room_id, sender, draft, content, events[-1], auth_event_ids)
                if self._rules._check_event_allowed_callbacks:
                    event = await self._ask_rules(event, context)
                relations.check(event)
            validate_event_for_room_version(event)
            if event.type == EventTypes.Redaction or event.type not in allowed:
                await self._check_auth(event)
                allowed.add(event.type)
            if event.type == EventTypes.Redaction:
                await self._check_redaction(version, event)
            if self._spam._check_event_for_spam_callbacks:
                await self._check_spam(event)
            relations.add(event)
            events.append(event)
            event_ids.append(event.event_id)
        assert context is not None
        return Chain(events, context)

    async def _first(
        self, requester: Requester, room_id: str, draft: Draft, content: dict[str, Any]
    ) -> tuple[EventBase, EventContext]:
        """The usual way: it resolves the state of the room before it, and asks whether this user may send at all now."""
        event_dict: dict[str, Any] = {
            "type": draft.type,
            "content": content,
            "room_id": room_id,
            "sender": requester.user.to_string(),
        }
        if draft.origin_server_ts is not None:
            event_dict["origin_server_ts"] = draft.origin_server_ts
        event, unpersisted = await self._handler.create_event(requester, event_dict)
        return event, await unpersisted.persist(event)

    def _next(
        self,
        version: RoomVersion,
        room_id: str,
        sender: str,
        draft: Draft,
        content: dict[str, Any],
        previous: EventBase,
        auth_event_ids: Sequence[str],
    ) -> EventBase:
        """As `EventBuilder.build` makes a message event behind one that is known."""
        auth_events = list(auth_event_ids)
        if version.msc4291_room_ids_as_hashes:
            auth_events.remove("$" + room_id[1:])
        event_dict: dict[str, Any] = {
            "auth_events": auth_events,
            "prev_events": [previous.event_id],
            "type": draft.type,
            "sender": sender,
            "content": content,
            "unsigned": {},
            "depth": min(previous.depth + 1, MAX_DEPTH),
            "room_id": room_id,
        }
        if draft.origin_server_ts is not None:
            event_dict["origin_server_ts"] = draft.origin_server_ts
        return create_local_event_from_event_dict(
            self._hs.get_clock(), self._hs.hostname, self._hs.signing_key, version, event_dict
        )

    async def _ask_rules(self, event: EventBase, context: EventContext) -> EventBase:
        allowed, replacement = await self._rules.check_event_allowed(event, context)
        if not allowed:
            raise SynapseError(403, "This event is not allowed in this context", Codes.FORBIDDEN)
        if replacement is not None:
            raise SynapseError(403, "A module of the homeserver changes this event: send it singly", Codes.FORBIDDEN)
        return event

    async def _check_auth(self, event: EventBase) -> None:
        auth_events = await self._store.get_events(event.auth_event_ids())
        check_state_dependent_auth_rules(event, auth_events.values())

    async def _check_redaction(self, version: RoomVersion, event: EventBase) -> None:
        """What `persist_and_notify_client_events` asks of a redaction."""
        if not isinstance(event.redacts, str):
            # a single send: 500
            raise SynapseError(400, "A redaction needs redacts", Codes.BAD_JSON)
        # `redaction_allowed_period`, which Synapse 1.152 and older do not have; `create_event` asks it of a call's first event alone
        check_period = getattr(self._handler, "_check_redaction_allowed_period", None)
        if check_period is not None:
            await check_period({"room_id": event.room_id, "content": event.content, "redacts": event.redacts})
        target = await self._store.get_event(
            event.redacts,
            redact_behaviour=EventRedactBehaviour.as_is,
            get_prev_content=False,
            allow_rejected=False,
            allow_none=True,
        )
        if target:
            if target.type == EventTypes.Create:
                raise AuthError(403, "Redacting create events is not permitted")
            if target.room_id != event.room_id:
                raise SynapseError(400, "Cannot redact event from a different room")
            if target.type == EventTypes.ServerACL:
                raise AuthError(403, "Redacting server ACL events is not permitted")
        auth_events = await self._store.get_events(event.auth_event_ids())
        by_key = {(e.type, e.state_key): e for e in auth_events.values()}
        if not check_redaction(version, event, auth_events=by_key):
            return
        if not target:
            raise NotFoundError(f"Could not find event {event.redacts}")
        if event.sender != target.sender:
            raise AuthError(403, "You don't have permission to redact events")
        event.internal_metadata.recheck_redaction = False

    async def _check_spam(self, event: EventBase) -> None:
        result = await self._spam.check_event_for_spam(event)
        if result == self._spam.NOT_SPAM:
            return
        code = result[0] if isinstance(result, tuple) else Codes.FORBIDDEN
        raise SynapseError(403, "This message has been rejected as probable spam", code)
