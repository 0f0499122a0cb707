"""A client of matrix-nio for tests: a JSON command a line on stdin, its JSON answer on stdout."""

import asyncio
import json
import logging
import sys

from nio import AsyncClient, AsyncClientConfig, KeysUploadResponse, MegolmEvent, RoomSendResponse, SyncResponse, UploadResponse
from nio.events import Event
from nio.exceptions import EncryptionError

logging.disable(logging.CRITICAL)


class Peer:
    def __init__(self, url, user_id, token, device_id, store):
        config = AsyncClientConfig(encryption_enabled=True, store_sync_tokens=False)
        self.client = AsyncClient(url, user_id, device_id, store_path=store, config=config)
        self.client.restore_login(user_id, device_id, token)

    async def sync(self):
        """Syncs once, and does what the sync asks for."""
        client = self.client
        answer = await client.sync(timeout=0, full_state=True)
        assert isinstance(answer, SyncResponse), answer
        if client.should_upload_keys:
            answer = await client.keys_upload()
            assert isinstance(answer, KeysUploadResponse), answer
        if client.should_query_keys:
            await client.keys_query()
        await client.send_to_device_messages()

    async def sees(self, room, members):
        await self.sync()
        while room not in self.client.rooms or self.client.rooms[room].joined_count != members:
            await self.sync()

    async def send(self, room, type, content):
        answer = await self.client.room_send(room, type, content, ignore_unverified_devices=True)
        assert isinstance(answer, RoomSendResponse), answer
        return answer.event_id

    async def upload(self, data, mimetype, name):
        async def chunks():
            yield bytes.fromhex(data)

        size = len(data) // 2
        answer, file = await self.client.upload(lambda *_: chunks(), mimetype, name, encrypt=True, filesize=size)
        assert isinstance(answer, UploadResponse), answer
        return {**file, "url": answer.content_uri}

    async def show(self, room, events):
        """The type and content of these events as the client shows them; null for those that it cannot decrypt."""
        await self.sync()
        return [self.shown(room, event) for event in events]

    def shown(self, room, raw):
        event = Event.parse_event(raw)
        assert isinstance(event, MegolmEvent), raw
        event.room_id = room
        try:
            source = self.client.decrypt_event(event).source
        except EncryptionError:
            return None
        return {"type": source["type"], "content": source["content"]}

    async def export_keys(self, file, passphrase):
        await self.client.export_keys(file, passphrase)


async def main():
    peer = Peer(*sys.argv[1:])
    await peer.sync()
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        command = json.loads(line)
        try:
            answer = {"value": await getattr(peer, command.pop("do"))(**command)}
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)
    await peer.client.close()


asyncio.run(main())
