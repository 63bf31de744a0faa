import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Asks wxpush for one push, and waits for its result.
 *
 * <pre>
 * javac -cp amqp-client.jar Push.java
 * AMQP_URL=amqp://guest:guest@localhost/%2f java -cp amqp-client.jar:slf4j-api.jar:. Push 9912 oXyz
 * </pre>
 */
public final class Push {
    /** Puts a job on the queue; the future is its result. */
    static CompletableFuture<String> push(Channel channel, String id, String job) throws Exception {
        // A queue of our own. Names that begin with "amq." or "wxpush." are refused, so the broker must not choose one.
        String replies = "shop-replies-" + UUID.randomUUID();
        channel.queueDeclare(replies, false, true, true, null);

        CompletableFuture<String> result = new CompletableFuture<>();
        channel.basicConsume(replies, true, new DefaultConsumer(channel) {
            @Override
            public void handleDelivery(String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
                if (id.equals(properties.getCorrelationId())) {
                    result.complete(new String(body, StandardCharsets.UTF_8));
                }
            }
        });
        channel.addReturnListener((code, text, exchange, key, properties, body) ->
            result.completeExceptionally(new IllegalStateException("there is no queue " + key + "; has a worker ever run?")));

        AMQP.BasicProperties properties = new AMQP.BasicProperties.Builder()
            .deliveryMode(2)
            .contentType("application/json")
            .messageId(id)
            .correlationId(id)
            .replyTo(replies)
            .build();
        boolean mandatory = true;
        channel.basicPublish("", "wxpush.jobs", mandatory, properties, job.getBytes(StandardCharsets.UTF_8));
        // Returns once the broker has the job on disk.
        channel.waitForConfirmsOrDie(10_000);
        return result;
    }

    public static void main(String[] arguments) throws Exception {
        String order = arguments[0];
        String openid = arguments[1];
        // The same event, the same id: however often this runs, one message goes out.
        String id = "order-" + order + "-paid";
        // A JSON library does this better: values with quotes in them would break this text.
        String job = String.format(
            "{\"id\":\"%s\",\"to\":\"%s\",\"template\":\"order-paid\",\"params\":{\"order_id\":\"%s\",\"title\":\"手冲咖啡\","
                + "\"amount\":\"129.00\",\"paid_at\":\"2026-11-20T08:00:00Z\"}}",
            id, openid, order);

        ConnectionFactory factory = new ConnectionFactory();
        factory.setUri(System.getenv().getOrDefault("AMQP_URL", "amqp://guest:guest@localhost/%2f"));
        String result;
        try (Connection connection = factory.newConnection(); Channel channel = connection.createChannel()) {
            channel.confirmSelect();
            result = push(channel, id, job).get(30, TimeUnit.SECONDS);
        }
        System.out.println(result);
        // A duplicate was finished before: "original" holds that result.
        boolean isDone = result.contains("\"status\":\"sent\"") || result.contains("\"status\":\"duplicate\"");
        System.exit(isDone ? 0 : 1);
    }
}
