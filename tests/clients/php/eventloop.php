<?php
// ZMQ_FD in an event loop, as ReactPHP's ZMQ component does it: the descriptor
// comes as a PHP stream, the loop selects on it for reading only, and each time it
// is readable the socket is asked for its events until it has none left.

require __DIR__ . '/client.php';

class Loop
{
    private $readers = [];
    public $turns = 0;

    public function add($stream, callable $listener)
    {
        $this->readers[(int) $stream] = [$stream, $listener];
    }

    public function runUntil(callable $done)
    {
        while (!$done()) {
            $readable = array_column($this->readers, 0);
            $none = null;
            same(stream_select($readable, $none, $none, 20) > 0, true);
            $this->turns++;
            foreach ($readable as $stream) {
                $this->readers[(int) $stream][1]();
            }
        }
    }
}

class WrappedSocket
{
    public $onMessage;
    private $socket, $loop, $stream, $queue = [];

    public function __construct(ZMQSocket $socket, Loop $loop)
    {
        [$this->socket, $this->loop] = [$socket, $loop];
        $this->stream = $socket->getSockOpt(ZMQ::SOCKOPT_FD);
        $loop->add($this->stream, [$this, 'handleEvents']);
    }

    public function handleEvents()
    {
        while (true) {
            $events = $this->socket->getSockOpt(ZMQ::SOCKOPT_EVENTS);
            $idle = true;
            if ($events & ZMQ::POLL_OUT && $this->queue) {
                $this->socket->sendmulti(array_shift($this->queue), ZMQ::MODE_DONTWAIT);
                $idle = false;
            }
            if ($events & ZMQ::POLL_IN) {
                $message = $this->socket->recvMulti(ZMQ::MODE_DONTWAIT);
                if ($message !== false) {
                    ($this->onMessage)($message);
                }
                $idle = false;
            }
            if ($idle) {
                return;
            }
        }
    }

    public function send(array $message)
    {
        $this->queue[] = $message;
        $this->handleEvents();
    }
}

run([
    'a_loop_of_two_sockets_loses_no_edge' => function ($context) {
        [$router, $dealer] = pair($context, ZMQ::SOCKET_ROUTER, ZMQ::SOCKET_DEALER);
        $loop = new Loop();
        $server = new WrappedSocket($router, $loop);
        $client = new WrappedSocket($dealer, $loop);
        $server->onMessage = function ($message) use ($server) {
            $server->send([$message[0], 'echo', $message[1]]);
        };
        $got = 0;
        $client->onMessage = function ($message) use ($client, &$got) {
            same($message, ['echo', (string) $got]);
            $got++;
            $client->send([(string) $got]);
        };
        $client->send(['0']);
        $loop->runUntil(function () use (&$got) {
            return $got >= 500;
        });
        // Level-triggered descriptors would turn the loop without end.
        same($loop->turns < 10000, true);
    },

    'bursts_arrive_whole' => function ($context) {
        [$pull, $push] = pair($context, ZMQ::SOCKET_PULL, ZMQ::SOCKET_PUSH);
        $loop = new Loop();
        $sink = new WrappedSocket($pull, $loop);
        $source = new WrappedSocket($push, $loop);
        $got = [];
        $sink->onMessage = function ($message) use (&$got) {
            $got[] = (int) $message[0];
        };
        for ($burst = 1; $burst <= 10; $burst++) {
            for ($number = 0; $number < 500; $number++) {
                $source->send([(string) count($got) + $number]);
            }
            $loop->runUntil(function () use (&$got, $burst) {
                return count($got) >= 500 * $burst;
            });
        }
        same($got, range(0, 4999));
    },

    'a_quiet_socket_lets_the_loop_sleep' => function ($context) {
        [$pull, $push] = pair($context, ZMQ::SOCKET_PULL, ZMQ::SOCKET_PUSH);
        $push->send('one');
        same($pull->recv(), 'one');
        $stream = $pull->getSockOpt(ZMQ::SOCKOPT_FD);
        // A signal without a reason is allowed, one after the other is not.
        $wakes = 0;
        do {
            same($pull->getSockOpt(ZMQ::SOCKOPT_EVENTS), 0);
            $readable = [$stream];
            $none = null;
            $ready = stream_select($readable, $none, $none, 0, 50000);
            $wakes += $ready;
        } while ($ready && $wakes < 10);
        same($wakes < 5, true);
    },
]);
