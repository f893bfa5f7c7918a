<?php
// What a PHP program does with php-zmq: questions and answers, polls, subscriptions, devices, errors.

require __DIR__ . '/client.php';

run([
    'req_and_rep' => function ($context) {
        [$rep, $req] = pair($context, ZMQ::SOCKET_REP, ZMQ::SOCKET_REQ);
        for ($number = 0; $number < 200; $number++) {
            same($req->send("question $number") instanceof ZMQSocket, true);
            same($rep->recv(), "question $number");
            $rep->sendmulti(["answer $number", '', str_repeat('x', $number * 100)]);
            same($req->recvMulti(), ["answer $number", '', str_repeat('x', $number * 100)]);
        }
    },

    'errno_survives_into_exceptions' => function ($context) {
        [$rep, $req] = pair($context, ZMQ::SOCKET_REP, ZMQ::SOCKET_REQ);
        // No message is no exception, but false.
        same($rep->recv(ZMQ::MODE_DONTWAIT), false);
        try {
            $req->recv();
            throw new Exception('no EFSM');
        } catch (ZMQSocketException $error) {
            same($error->getCode(), ZMQ::ERR_EFSM);
        }
        try {
            $req->connect('nonsense://127.0.0.1:1');
            throw new Exception('no EPROTONOSUPPORT');
        } catch (ZMQSocketException $error) {
            same($error->getCode(), 93);
        }
        try {
            $req->setSockOpt(ZMQ::SOCKOPT_LINGER, -5);
            throw new Exception('no EINVAL');
        } catch (ZMQSocketException $error) {
            same($error->getCode(), 22);
        }
    },

    'poll_with_a_socket_and_a_stream' => function ($context) {
        // One socket only: php-zmq 1.1.3 on PHP 8.2 takes a second one for the first.
        [$rep, $req] = pair($context, ZMQ::SOCKET_REP, ZMQ::SOCKET_REQ);
        [$near, $far] = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
        $poll = new ZMQPoll();
        $poll->add($rep, ZMQ::POLL_IN);
        $poll->add($near, ZMQ::POLL_IN);
        same($poll->count(), 2);
        $readable = $writable = [];
        same($poll->poll($readable, $writable, 10), 0);
        for ($number = 0; $number < 50; $number++) {
            fwrite($far, 'x');
            $req->send("question $number");
            $got = [];
            while (count($got) < 2) {
                $poll->poll($readable, $writable, -1);
                foreach ($readable as $ready) {
                    if ($ready === $near) {
                        $got['stream'] = fread($near, 1);
                    } else {
                        $got['rep'] = $ready->recv(ZMQ::MODE_DONTWAIT);
                    }
                }
            }
            ksort($got);
            same($got, ['rep' => "question $number", 'stream' => 'x']);
            same($poll->getLastErrors(), []);
            $rep->send('');
            $req->recv();
        }
    },

    'subscriptions_and_their_end' => function ($context) {
        [$publisher, $subscriber] = pair($context, ZMQ::SOCKET_XPUB, ZMQ::SOCKET_SUB);
        $subscriber->setSockOpt(ZMQ::SOCKOPT_SUBSCRIBE, 'wanted');
        same($publisher->recv(), "\1wanted");
        for ($number = 0; $number < 100; $number++) {
            $publisher->sendmulti(['other', '']);
            $publisher->sendmulti(['wanted', (string) $number]);
        }
        for ($number = 0; $number < 100; $number++) {
            same($subscriber->recvMulti(), ['wanted', (string) $number]);
        }
        $subscriber->setSockOpt(ZMQ::SOCKOPT_UNSUBSCRIBE, 'wanted');
        same($publisher->recv(), "\0wanted");
    },

    'a_device_with_a_timer_that_stops_it' => function ($context) {
        [$frontend, $req] = pair($context, ZMQ::SOCKET_ROUTER, ZMQ::SOCKET_REQ);
        [$backend, $rep] = pair($context, ZMQ::SOCKET_DEALER, ZMQ::SOCKET_REP);
        $rounds = 0;
        // The device, its worker and its client are one thread: the timer plays both.
        $req->send('round 0');
        $device = new ZMQDevice($frontend, $backend);
        $device->setTimerCallback(function () use (&$rounds, $req, $rep) {
            if (($question = $rep->recv(ZMQ::MODE_DONTWAIT)) !== false) {
                $rep->send($question);
            }
            if (($answer = $req->recv(ZMQ::MODE_DONTWAIT)) !== false) {
                same($answer, "round $rounds");
                $rounds++;
                if ($rounds < 20) {
                    $req->send("round $rounds");
                }
            }
            return $rounds < 20;
        }, 1);
        $device->run();
        same($rounds, 20);
    },

    'options_are_what_they_were_set_to' => function ($context) {
        $dealer = new ZMQSocket($context, ZMQ::SOCKET_XREQ);
        same($dealer->getSocketType(), ZMQ::SOCKET_DEALER);
        foreach ([ZMQ::SOCKOPT_SNDHWM => 7, ZMQ::SOCKOPT_LINGER => 250, ZMQ::SOCKOPT_RCVTIMEO => 30,
                  ZMQ::SOCKOPT_IDENTITY => 'somebody', ZMQ::SOCKOPT_MAXMSGSIZE => 1 << 40] as $option => $value) {
            $dealer->setSockOpt($option, $value);
            same($dealer->getSockOpt($option), $value);
        }
        // HWM is both of them, here and in php-zmq only.
        $dealer->setSockOpt(ZMQ::SOCKOPT_HWM, 9);
        same([$dealer->getSockOpt(ZMQ::SOCKOPT_SNDHWM), $dealer->getSockOpt(ZMQ::SOCKOPT_RCVHWM)], [9, 9]);
        $dealer->bind('tcp://127.0.0.1:*');
        same(count($dealer->getEndpoints()['bind']), 1);
    },

    'a_monitor_tells_what_happens' => function ($context) {
        $rep = new ZMQSocket($context, ZMQ::SOCKET_REP);
        $rep->bind('tcp://127.0.0.1:*');
        $req = new ZMQSocket($context, ZMQ::SOCKET_REQ);
        $req->monitor('inproc://monitor', ZMQ::EVENT_ALL);
        $events = new ZMQSocket($context, ZMQ::SOCKET_PAIR);
        $events->connect('inproc://monitor');
        $req->connect($rep->getSockOpt(ZMQ::SOCKOPT_LAST_ENDPOINT));
        do {
            $event = $events->recvevent();
        } while ($event['event'] !== ZMQ::EVENT_CONNECTED);
        same($event['address'], $rep->getSockOpt(ZMQ::SOCKOPT_LAST_ENDPOINT));
    },

    'a_persistent_socket_is_the_same_one' => function ($_context) {
        $context = new ZMQContext(1, true);
        $first = $context->getSocket(ZMQ::SOCKET_PULL, 'keep');
        $first->bind('tcp://127.0.0.1:*');
        $second = (new ZMQContext(1, true))->getSocket(ZMQ::SOCKET_PULL, 'keep');
        same($second->isPersistent(), true);
        same($second->getSockOpt(ZMQ::SOCKOPT_LAST_ENDPOINT), $first->getSockOpt(ZMQ::SOCKOPT_LAST_ENDPOINT));
    },

    'curve_needs_no_more_than_options' => function ($context) {
        // Two pairs made for this test.
        [$public, $secret] = ['!hxdOE%v-VWO$^e5.nzJjkHn3h)wepfJ(-!so0?t', 'Qv#X3R(?WOhlYElucn*jKyAQ>r45*i9zqxJ2PAZ6'];
        [$ownPublic, $ownSecret] = ['EKl*UFtv+Z3!:yFHkPTdR$UEh2]z.P9TW&^@w8+t', 'D%0@(U.%z/.2SFSf[R7@P1Otq5)WsanXsSm12qr-'];
        $pull = new ZMQSocket($context, ZMQ::SOCKET_PULL);
        $pull->setSockOpt(ZMQ::SOCKOPT_CURVE_SERVER, 1);
        $pull->setSockOpt(ZMQ::SOCKOPT_CURVE_SECRETKEY, $secret);
        $pull->bind('tcp://127.0.0.1:*');
        $push = new ZMQSocket($context, ZMQ::SOCKET_PUSH);
        $push->setSockOpt(ZMQ::SOCKOPT_CURVE_SERVERKEY, $public);
        $push->setSockOpt(ZMQ::SOCKOPT_CURVE_PUBLICKEY, $ownPublic);
        $push->setSockOpt(ZMQ::SOCKOPT_CURVE_SECRETKEY, $ownSecret);
        same($push->getSockOpt(ZMQ::SOCKOPT_MECHANISM), 2);
        $push->connect($pull->getSockOpt(ZMQ::SOCKOPT_LAST_ENDPOINT));
        $push->send('secret');
        same($pull->recv(), 'secret');
    },
]);
