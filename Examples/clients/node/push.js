// Asks wxpush for one push, and waits for its result.
//
//     npm install
//     AMQP_URL=amqp://guest:guest@localhost/ node push.js 9912 oXyz

'use strict';

const { randomUUID } = require('node:crypto');
const amqp = require('amqplib');

/** Puts a job on the queue; the promise is its result. */
async function push(channel, job, patience = 30_000) {
  // A queue of our own. Names that begin with "amq." or "wxpush." are refused, so the broker must not choose one.
  const replies = `shop-replies-${randomUUID()}`;
  await channel.assertQueue(replies, { exclusive: true, autoDelete: true, durable: false });

  const { promise, settle } = expiring(patience);
  await channel.consume(
    replies,
    (message) => {
      if (message === null) settle.reject(new Error('the queue for results is gone'));
      else if (message.properties.correlationId === job.id) settle.resolve(JSON.parse(message.content));
    },
    { noAck: true },
  );
  channel.once('return', () => settle.reject(new Error('there is no queue wxpush.jobs; has a worker ever run?')));

  channel.publish('', 'wxpush.jobs', Buffer.from(JSON.stringify(job)), {
    persistent: true,
    mandatory: true,
    contentType: 'application/json',
    messageId: job.id,
    correlationId: job.id,
    replyTo: replies,
  });
  // Returns once the broker has the job on disk.
  await channel.waitForConfirms();
  return promise;
}

function expiring(patience) {
  const settle = {};
  const promise = new Promise((resolve, reject) => Object.assign(settle, { resolve, reject }));
  const timer = setTimeout(() => settle.reject(new Error('no result yet; the job stays on the queue')), patience);
  promise.catch(() => {}).finally(() => clearTimeout(timer));
  return { promise, settle };
}

async function main([order, openid]) {
  const connection = await amqp.connect(process.env.AMQP_URL ?? 'amqp://guest:guest@localhost/');
  try {
    const result = await push(await connection.createConfirmChannel(), {
      // The same event, the same id: however often this runs, one message goes out.
      id: `order-${order}-paid`,
      to: openid,
      template: 'order-paid',
      params: { order_id: order, title: '手冲咖啡', amount: '129.00', paid_at: '2026-11-20T08:00:00Z' },
    });
    console.log(result.id, result.status, result.reason ?? '', result.detail ?? '');
    // A duplicate was finished before: "original" holds that result.
    process.exitCode = ['sent', 'duplicate'].includes(result.status) ? 0 : 1;
  } finally {
    await connection.close();
  }
}

main(process.argv.slice(2)).catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
