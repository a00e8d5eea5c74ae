"""One connection: what it says is kept, answered, and told to the others of its chat."""

from channels.generic.websocket import AsyncJsonWebsocketConsumer

from django_chat.models import Message


class Chat(AsyncJsonWebsocketConsumer):
    async def connect(self):
        self.chat = self.scope["url_route"]["kwargs"]["chat"]
        await self.channel_layer.group_add(self.chat, self.channel_name)
        await self.accept()

    async def disconnect(self, code):
        await self.channel_layer.group_discard(self.chat, self.channel_name)

    async def receive_json(self, content):
        await Message.objects.acreate(chat=self.chat, body=content["body"])
        said = {"type": "said", "body": content["body"], "by": self.channel_name}
        await self.channel_layer.group_send(self.chat, said)
        await self.send_json({"type": "acked", "id": content["id"]})

    async def said(self, event):
        if event["by"] != self.channel_name:
            await self.send_json({"type": "message", "body": event["body"]})
