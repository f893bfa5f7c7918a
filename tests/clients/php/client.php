<?php
// What the PHP clients share: tests that print ok or FAIL, the library's name, a watchdog.

ini_set('display_errors', 'stderr');
set_error_handler(function ($level, $what, $file, $line) {
    throw new ErrorException($what, 0, $level, $file, $line);
});

function announce()
{
    preg_match_all('~^\S+ \S+ \S+ \S+ \S+ +(/.*/libzmq[^\n]*)$~m', file_get_contents('/proc/self/maps'), $found);
    echo 'client ', phpversion('zmq'), "\n";
    echo 'library ', ZMQ::LIBZMQ_VER, ' ', implode(' ', array_unique($found[1])), "\n";
}

function same($found, $expected)
{
    if ($found !== $expected) {
        throw new Exception(var_export($found, true) . ' instead of ' . var_export($expected, true));
    }
}

/** Two connected sockets; the first one binds. */
function pair(ZMQContext $context, $first, $second)
{
    $a = new ZMQSocket($context, $first);
    $b = new ZMQSocket($context, $second);
    $a->bind('tcp://127.0.0.1:*');
    $b->connect($a->getSockOpt(ZMQ::SOCKOPT_LAST_ENDPOINT));
    return [$a, $b];
}

function run(array $tests)
{
    announce();
    $failed = 0;
    foreach ($tests as $name => $test) {
        try {
            $test(new ZMQContext(1, false));
            echo "ok $name\n";
        } catch (Throwable $error) {
            echo "FAIL $name\n$error\n";
            $failed++;
        }
    }
    exit($failed ? 1 : 0);
}
