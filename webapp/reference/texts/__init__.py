"""The text gateway: speaks Twilio's Messages API, and shows what a phone would have shown.

Written from Twilio's public documentation, never from our client, so that the two can disagree:
the Messages resource, status callbacks, the incoming message webhook, webhook security, the
default opt-out words and the error dictionary. Nothing is ever sent to a phone. Where the
documents are silent, the choice is marked "Ours".
"""
