"""Asks wxpush for one push, and waits for its result.

    pip install pika
    AMQP_URL=amqp://guest:guest@localhost/ python3 push.py 9912 oXyz
"""

import json
import os
import sys
import uuid

import pika


def push(channel, job, patience=30):
    """Puts a job on the queue and returns its result, or None if none comes in time."""
    # A queue of our own. Names that begin with "amq." or "wxpush." are refused, so the broker must not choose one.
    replies = f"shop-replies-{uuid.uuid4()}"
    channel.queue_declare(replies, exclusive=True, auto_delete=True)

    # Returns once the broker has the job on disk; raises if there is no queue for it.
    channel.basic_publish(
        exchange="",
        routing_key="wxpush.jobs",
        body=json.dumps(job, ensure_ascii=False).encode(),
        properties=pika.BasicProperties(
            delivery_mode=pika.DeliveryMode.Persistent,
            content_type="application/json",
            message_id=job["id"],
            correlation_id=job["id"],
            reply_to=replies,
        ),
        mandatory=True,
    )

    for method, properties, body in channel.consume(replies, inactivity_timeout=patience):
        if method is None:
            return None
        channel.basic_ack(method.delivery_tag)
        if properties.correlation_id == job["id"]:
            return json.loads(body)


def main():
    order, openid = sys.argv[1:]
    url = os.environ.get("AMQP_URL", "amqp://guest:guest@localhost/")
    connection = pika.BlockingConnection(pika.URLParameters(url))
    channel = connection.channel()
    channel.confirm_delivery()
    result = push(
        channel,
        {
            # The same event, the same id: however often this runs, one message goes out.
            "id": f"order-{order}-paid",
            "to": openid,
            "template": "order-paid",
            "params": {
                "order_id": order,
                "title": "手冲咖啡",
                "amount": "129.00",
                "paid_at": "2026-11-20T08:00:00Z",
            },
        },
    )
    connection.close()
    if result is None:
        sys.exit("no result yet; the job stays on the queue")
    print(result["id"], result["status"], result.get("reason", ""), result.get("detail", ""))
    # A duplicate was finished before: "original" holds that result.
    sys.exit(0 if result["status"] in ("sent", "duplicate") else 1)


if __name__ == "__main__":
    main()
