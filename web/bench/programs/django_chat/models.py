"""What is kept."""

from django.db import models


class Message(models.Model):
    chat = models.CharField(max_length=36, db_index=True)
    body = models.TextField()
    at = models.DateTimeField(auto_now_add=True)
