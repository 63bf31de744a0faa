// Asks wxpush for one push, and waits for its result.
//
//	AMQP_URL=amqp://guest:guest@localhost/ go run . 9912 oXyz
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"os"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
)

// Job is what goes onto the queue wxpush.jobs; docs/job.schema.json has all of it.
type Job struct {
	ID       string            `json:"id"`
	To       string            `json:"to"`
	Template string            `json:"template"`
	Params   map[string]string `json:"params"`
}

// Result is what comes back; docs/result.schema.json has all of it.
type Result struct {
	ID      string `json:"id"`
	Status  string `json:"status"`
	Reason  string `json:"reason"`
	Detail  string `json:"detail"`
	ErrCode int    `json:"errcode"`
	MsgID   string `json:"msgid"`
}

// push puts a job on the queue and waits for its result.
func push(ctx context.Context, channel *amqp.Channel, job Job) (Result, error) {
	var result Result
	body, err := json.Marshal(job)
	if err != nil {
		return result, err
	}

	// A queue of our own. Names that begin with "amq." or "wxpush." are refused, so the broker must not choose one.
	replies := fmt.Sprintf("shop-replies-%d-%d", os.Getpid(), time.Now().UnixNano())
	if _, err := channel.QueueDeclare(replies, false, true, true, false, nil); err != nil {
		return result, err
	}
	deliveries, err := channel.Consume(replies, "", true, true, false, false, nil)
	if err != nil {
		return result, err
	}
	returned := channel.NotifyReturn(make(chan amqp.Return, 1))

	// mandatory: it comes back if there is no queue for it.
	confirmation, err := channel.PublishWithDeferredConfirmWithContext(ctx, "", "wxpush.jobs", true, false, amqp.Publishing{
		DeliveryMode:  amqp.Persistent,
		ContentType:   "application/json",
		MessageId:     job.ID,
		CorrelationId: job.ID,
		ReplyTo:       replies,
		Body:          body,
	})
	if err != nil {
		return result, err
	}
	// Until the broker has the job on disk.
	if !confirmation.Wait() {
		return result, errors.New("the broker did not take the job")
	}

	for {
		select {
		case delivery, open := <-deliveries:
			if !open {
				return result, errors.New("the connection is lost; the result is lost with its queue")
			}
			if delivery.CorrelationId == job.ID {
				return result, json.Unmarshal(delivery.Body, &result)
			}
		case <-returned:
			return result, errors.New("there is no queue wxpush.jobs; has a worker ever run?")
		case <-ctx.Done():
			return result, errors.New("no result yet; the job stays on the queue")
		}
	}
}

func main() {
	log.SetFlags(0)
	if len(os.Args) != 3 {
		log.Fatal("usage: push ORDER OPENID")
	}
	order, openid := os.Args[1], os.Args[2]
	url := os.Getenv("AMQP_URL")
	if url == "" {
		url = "amqp://guest:guest@localhost/"
	}
	connection, err := amqp.Dial(url)
	if err != nil {
		log.Fatal(err)
	}
	defer connection.Close()
	channel, err := connection.Channel()
	if err != nil {
		log.Fatal(err)
	}
	if err := channel.Confirm(false); err != nil {
		log.Fatal(err)
	}

	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	result, err := push(ctx, channel, Job{
		// The same event, the same id: however often this runs, one message goes out.
		ID:       "order-" + order + "-paid",
		To:       openid,
		Template: "order-paid",
		Params: map[string]string{
			"order_id": order, "title": "手冲咖啡", "amount": "129.00", "paid_at": "2026-11-20T08:00:00Z",
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(result.ID, result.Status, result.Reason, result.Detail)
	// A duplicate was finished before: its "original" holds that result.
	if result.Status != "sent" && result.Status != "duplicate" {
		os.Exit(1)
	}
}
